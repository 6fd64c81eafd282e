import { startSlack } from "./start-slack.js";

/** Runs the bot with a Slack of its own, in which alice asks it twice. */
const { env } = process;
env["PORT"] ??= "3000";
env["SLACK_CLIENT_ID"] = "1.2";
env["SLACK_CLIENT_SECRET"] = "client-secret";
env["SLACK_SIGNING_SECRET"] = "signing-secret";
env["SLACK_BOT_TOKEN"] = "xoxb-of-the-bot";
const slack = await startSlack({ signing: "signing-secret", bot: "xoxb-of-the-bot" });
env["SLACK_URL"] = slack.url;
await import("./main.js");

const events = `http://127.0.0.1:${env["PORT"]}/slack/events`;
const ask = async (text: string) => {
  console.log(`alice: ${text}`);
  const shown = slack.nextShown();
  await slack.mention(events, `<@BOT> ${text}`);
  console.log(`bot, to alice alone: ${await shown}`);
};

const found = slack.nextShown().then(() => slack.nextShown());
await ask("the budget");
console.log(`bot, to alice alone: ${await found}`);
await ask("the offsite");

// The bot serves in this process, and would keep it.
process.exit();

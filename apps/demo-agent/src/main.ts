#!/usr/bin/env node
import { parseArgs } from "node:util";
import type { LanguageModel } from "ai";
import { Agent } from "./agent.js";
import { chooseModel, chooseScriptedModel } from "./choose-model.js";
import { type DemoWorld, startDemoWorld } from "./demo-world.js";
import { playVisit } from "./played-visit.js";
import { createScreen, isAsExpected, type Screen } from "./screen.js";
import { tellStory, type Visit } from "./story.js";

const help = `RAK OAuth demo: an agent reads its users' calendars, each as that user.

Usage
  npx -y pnpm@12.21.0 demo [--auto]

It starts, on loopback and free ports, an OpenID provider with the users alice and bob, a calendar API
that accepts only its tokens, the callback server, and an agent. Then it tells the story: alice asks
and connects her calendar in the browser, the agent goes on by itself, her token expires and is
refreshed unseen, bob gets his own events, alice disconnects. No token is ever shown.

Options
  --auto   signs in and consents by itself over real HTTP, checks every step, and ends with exit
           code 0, or 1 with the reason when a step differs; always with the scripted model
  --help   this text

Environment
  ANTHROPIC_API_KEY or OPENAI_API_KEY   lets a real model drive the agent; else a script plays it
  DEMO_MODEL                            the real model's name
  DATABASE_URL                          a PostgreSQL that keeps the credentials while the demo runs;
                                        else an embedded database does
  NO_COLOR                              no colours

Ctrl-C ends it at any time and leaves nothing running.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  let values: { readonly auto: boolean; readonly help: boolean };
  try {
    ({ values } = parseArgs({
      options: {
        auto: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\nUsage: demo [--auto] [--help]\n`);
    return 2;
  }
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => interruption.abort(new Error(`ended by ${name}`)));
  }
  const screen = createScreen();
  const { model, description } = values.auto
    ? chooseScriptedModel("--auto always plays the script")
    : chooseModel(process.env);
  const databaseUrl = process.env["DATABASE_URL"] || undefined;
  let world: DemoWorld | undefined;
  const tell = async (): Promise<Ending> => {
    world = await startDemoWorld({ databaseUrl });
    screen.title("RAK OAuth: an agent that reads its users' calendars", [
      `model                 ${description}`,
      `authorization server  ${world.authorizationServer.url}`,
      `calendar API          ${world.calendarApi.url}`,
      `callback server       ${world.callbackUrl}`,
      `credentials           ${databaseUrl ? "the PostgreSQL of DATABASE_URL" : "an embedded database, in memory"}`,
    ]);
    return play(world, agentOf(world, model), screen, {
      visit: values.auto ? visitByItself(screen) : visitByPerson(screen),
      signal: interruption.signal,
    });
  };
  const ending = await tell().catch((error: unknown): Ending => {
    return interruption.signal.aborted
      ? { code: 130, text: "Stopped; nothing keeps running." }
      : { code: 1, text: `The demo failed: ${messageOf(error)}` };
  });
  await world?.stop();
  screen.end(ending.text, ending.code !== 1);
  return ending.code;
}

interface Ending {
  readonly code: number;
  readonly text: string;
}

async function play(
  world: DemoWorld,
  agent: Agent,
  screen: Screen,
  { visit, signal }: { readonly visit: Visit; readonly signal: AbortSignal },
): Promise<Ending> {
  const steps = await tellStory({ world, agent, screen, visit, signal });
  screen.table("What was promised and seen", steps);
  const wrong = steps.filter((step) => !isAsExpected(step));
  const [first] = wrong;
  if (first === undefined) {
    return { code: 0, text: `All ${steps.length} steps went as promised.` };
  }
  return {
    code: 1,
    text: `${wrong.length} of ${steps.length} steps differ; the first: "${first.what}" was ${first.seen}, not ${first.expected}.`,
  };
}

function agentOf({ tools, flow, tenantId }: DemoWorld, model: LanguageModel): Agent {
  return new Agent({ model, tools, flow, tenantId });
}

function visitByItself(screen: Screen): Visit {
  return async (userId, url) => {
    const { status } = await screen.during(
      `${userId} signs in, consents and confirms`,
      `${userId} signed in, consented and confirmed the account, in a browser played over real HTTP.`,
      playVisit({ url, user: userId }),
    );
    if (status !== 200) throw new Error(`${userId}'s sign-in ended with HTTP ${status}.`);
  };
}

function visitByPerson(screen: Screen): Visit {
  return async (userId, url) => {
    screen.link(`Open this in your browser and sign in as ${userId}`, url);
    if (userId !== "alice") {
      screen.explain(`Signed in as somebody else already? Choose "Use another account" there.`);
    }
    screen.explain("The agent waits for you, and goes on by itself. Ctrl-C ends the demo.");
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

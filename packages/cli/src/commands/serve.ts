import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import { assertNoFaults, defaultFolder } from "../read-settings.js";

/** Adds `serve`, which runs the callback server on the same database as the other commands. */
export const addServe: AddCommand = (program, bind) => {
  program
    .command("serve")
    .description("run the callback server: connect links, sign-in callbacks, the JSON API")
    .option("--settings", "print the settings that it takes from the environment, and end")
    .option("--generate-api-key", "print a new key for a client of its API, and end")
    .addHelpText(
      "after",
      `
Runs until Ctrl-C or SIGTERM, and writes its log to standard output, a line of JSON each. Without
DATABASE_URL or REDIS_URL it has the database in the folder to itself: other commands are refused until it ends.

Examples:
  GITHUB_CLIENT_ID=… GITHUB_CLIENT_SECRET=… rak-oauth serve
  DATABASE_URL=postgresql://… RAK_OAUTH_KEYS_FILE=./keys rak-oauth serve
  rak-oauth serve --settings`,
    )
    .action(bind(runServer, { runsUntilStopped: true }));
};

interface ServeFlags {
  readonly settings?: true;
  readonly generateApiKey?: true;
}

async function runServer(context: CommandContext, flags: ServeFlags): Promise<number> {
  const { signal, terminal } = context;
  const { env } = context.process;
  const server = await import("@rak-oauth/callback-server");
  if (flags.settings) {
    terminal.pass(server.settingsHelp);
    return exitCodes.ok;
  }
  if (flags.generateApiKey) {
    terminal.pass(server.describeNewApiKey());
    return exitCodes.ok;
  }
  const folder = env["RAK_OAUTH_DATA_FOLDER"] || defaultFolder(env);
  try {
    await server.serve({ environment: { ...env, RAK_OAUTH_DATA_FOLDER: folder }, signal });
  } catch (error) {
    if (error instanceof server.SettingsError) assertNoFaults(error.faults);
    throw error;
  }
  return exitCodes.ok;
}

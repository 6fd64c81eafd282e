import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { CommandContext, type SharedOptions } from "./command-context.js";
import type { AddCommand, BindAction } from "./command-definition.js";
import { addCall } from "./commands/call.js";
import { addConnect } from "./commands/connect.js";
import { addConnections } from "./commands/connections.js";
import { addDisconnect } from "./commands/disconnect.js";
import { addDoctor } from "./commands/doctor.js";
import { addKeys } from "./commands/keys.js";
import { addMigrate } from "./commands/migrate.js";
import { addServe } from "./commands/serve.js";
import { addSweep } from "./commands/sweep.js";
import { addToken } from "./commands/token.js";
import { exitCodes, exitCodesInWords } from "./exit-codes.js";
import type { RunProgramOptions } from "./run-program.js";
import { Terminal } from "./terminal.js";

interface CreateProgramOptions extends RunProgramOptions {
  readonly onExitCode: (exitCode: number) => void;
}

const commands: readonly AddCommand[] = [
  addConnect,
  addConnections,
  addToken,
  addCall,
  addDisconnect,
  addDoctor,
  addKeys,
  addMigrate,
  addSweep,
  addServe,
];

const settingsInWords = `Settings, from the environment:
  DATABASE_URL, REDIS_URL     where credentials are kept; without either, in a folder of yours
  RAK_OAUTH_DATA_FOLDER       that folder ($XDG_DATA_HOME/rak-oauth or ~/.local/share/rak-oauth)
  RAK_OAUTH_KEYS, RAK_OAUTH_KEYS_FILE
                              keys that seal credentials; without either, one is made in that folder
  RAK_OAUTH_PROVIDERS_FILE    JSON file with a list of providers
  GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, GOOGLE_SCOPES, GITHUB_…, MICROSOFT_…
                              providers that need no file
  RAK_OAUTH_USER              as --user
  NO_COLOR                    no colours`;

/** The command line, with all its commands. */
export function createProgram(options: CreateProgramOptions): Command {
  const { process: host, signal, onExitCode } = options;
  const program = new Command("rak-oauth")
    .description("Connect accounts, call APIs as a user, and look after stored OAuth2 credentials.")
    .option("--user <name>", "whose credentials", host.env["RAK_OAUTH_USER"] || "local")
    .option("--tenant <name>", "the user's tenant, where credentials are kept for several")
    .option("--json", "write the result as one line of JSON")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
    })
    .exitOverride()
    .showHelpAfterError("--help tells what there is.")
    .addHelpText("after", `\n${settingsInWords}\n\n${exitCodesInWords}`);
  const bind: BindAction =
    (action, { runsUntilStopped = false } = {}) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const all = command.optsWithGlobals<SharedOptions & { readonly json?: true }>();
      const terminal = new Terminal(host, all.json ?? false);
      const context = new CommandContext({ process: host, terminal, shared: all, signal });
      const exitCode = await action(context, all as never, ...(command.processedArgs as never));
      onExitCode(signal.aborted && !runsUntilStopped ? exitCodes.interrupted : exitCode);
    };
  for (const add of commands) add(program, bind);
  tab(program, { completionCommandName: "completion" });
  return program;
}

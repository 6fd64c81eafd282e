import type { CommandContext } from "../command-context.js";
import type { AddCommand } from "../command-definition.js";
import { exitCodes } from "../exit-codes.js";
import { UsageError } from "../usage-error.js";

interface GenerateOptions {
  readonly id?: string | undefined;
  readonly printSecret?: boolean | undefined;
}

/** Adds `keys generate` and `keys rotate`. */
export const addKeys: AddCommand = (program, bind) => {
  const keys = program
    .command("keys")
    .description("make and change the keys that seal credentials");
  keys
    .command("generate")
    .description("make a new key and put it in front in the key file")
    .option("--id <name>", "name of the key (default: the month and a few random letters)")
    .option("--print-secret", "print the key and write no file")
    .addHelpText(
      "after",
      `
The file is that of RAK_OAUTH_KEYS_FILE, or the one in your own folder. The older keys stay behind the
new one; rak-oauth keys rotate then seals everything under it.

Examples:
  rak-oauth keys generate && rak-oauth keys rotate
  rak-oauth keys generate --print-secret      # for RAK_OAUTH_KEYS`,
    )
    .action(bind(generate));
  keys
    .command("rotate")
    .description("seal all credentials again under the current key, so that older ones can go")
    .addHelpText(
      "after",
      `
Everything may go on meanwhile, and it can be interrupted: run again, it goes on with what is left.

Examples:
  rak-oauth keys rotate
  DATABASE_URL=postgresql://… RAK_OAUTH_KEYS_FILE=./keys rak-oauth keys rotate --json`,
    )
    .action(bind(rotate));
};

async function generate(context: CommandContext, options: GenerateOptions): Promise<number> {
  const { terminal } = context;
  const { generateKey, parseKeyring } = await import("@rak-oauth/core");
  const keyId = options.id ?? newKeyId();
  const entry = `${keyId}:${generateKey()}`;
  // Faults of the name are told before anything is written.
  parseKeyring(entry);
  if (options.printSecret === true) {
    terminal.answer({ text: entry, json: { keyId, file: null, key: entry } });
    return exitCodes.ok;
  }
  const { environment, storage } = await context.settings();
  const named = environment["RAK_OAUTH_KEYS_FILE"];
  if (environment["RAK_OAUTH_KEYS"] !== undefined || (!named && storage.kind !== "embedded")) {
    throw new UsageError(
      "There is no key file to write to: the keys are in RAK_OAUTH_KEYS, or belong to a database that others use. Run rak-oauth keys generate --print-secret, and put the key in front in RAK_OAUTH_KEYS or RAK_OAUTH_KEYS_FILE of all processes.",
    );
  }
  const { addToKeyFile } = await import("../key-file.js");
  const file = await addToKeyFile({ entry, named, storage });
  terminal.answer({
    text: `Key "${keyId}" is the current one in ${file}. Seal everything under it: rak-oauth keys rotate`,
    json: { keyId, file },
  });
  return exitCodes.ok;
}

function newKeyId(): string {
  const month = new Date().toISOString().slice(0, 7);
  return `${month}-${Math.random().toString(36).slice(2, 6)}`;
}

async function rotate(context: CommandContext): Promise<number> {
  const { terminal, process: host } = context;
  const { rotateStore } = await import("@rak-oauth/core/rotate-command");
  const exitCode = await context.withCredentials(({ store, keys }) =>
    rotateStore({ store, keys, json: terminal.isJson, process: host }),
  );
  // 2 says something else of a command line.
  return exitCode === 2 ? exitCodes.failed : exitCode;
}

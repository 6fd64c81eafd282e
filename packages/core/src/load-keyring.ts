import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigurationError } from "./errors.js";
import { generateKey, type Keyring, parseKeyring } from "./keyring.js";

const keysVariable = "RAK_OAUTH_KEYS";
const fileVariable = "RAK_OAUTH_KEYS_FILE";
const makeOne = `echo "2026-11:$(openssl rand -base64 32)"`;

/** Options of {@link loadKeyring}. */
export interface LoadKeyringOptions {
  /**
   * Holds `RAK_OAUTH_KEYS`, `RAK_OAUTH_KEYS_FILE` and `NODE_ENV`.
   *
   * @defaultValue process.env
   */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * File in which a key for development is made and kept, so that an embedded database can still be
   * read after a restart. Used only where the environment names no keys and is not production; left
   * out, no key is ever made.
   */
  readonly developmentKeyFile?: string | undefined;
}

/** Keys, and what whoever starts the program should be told about them. */
export interface LoadedKeyring {
  readonly keys: Keyring;
  readonly source: "environment" | "file" | "development";
  /** Sentences to print or log, loudly; none holds key material. */
  readonly warnings: readonly string[];
}

/**
 * Loads the key-encryption keys of this process: from the environment variable `RAK_OAUTH_KEYS` (as
 * {@link parseKeyring} reads it), from the file that `RAK_OAUTH_KEYS_FILE` names (one `id:base64` a
 * line or separated by commas, the current key first, `#` begins a comment), or a key of its own
 * for development.
 *
 * A key file that other users of the machine may read gives a warning and is not refused: container
 * platforms mount secrets that way, where there are no other users.
 *
 * @throws ConfigurationError saying what to set and how to make a key; it shows none.
 */
export async function loadKeyring(options: LoadKeyringOptions = {}): Promise<LoadedKeyring> {
  const { environment = process.env, developmentKeyFile } = options;
  const text = environment[keysVariable]?.trim();
  const file = environment[fileVariable]?.trim();
  if (text && file) {
    throw new ConfigurationError(
      `${keysVariable} and ${fileVariable} are both set. Remove one, so that it is clear which keys count.`,
    );
  }
  if (text) return { keys: parse(text, keysVariable), source: "environment", warnings: [] };
  if (file) {
    const { keys, warnings } = await readKeyFile(file, `${fileVariable} (${file})`);
    return { keys, source: "file", warnings };
  }
  if (environment["NODE_ENV"] === "production" || developmentKeyFile === undefined) {
    throw new ConfigurationError(
      `No key to seal credentials with: set ${keysVariable} to "id:base64", or ${fileVariable} to the name of a file that holds it. Make a key with: ${makeOne}. Keep it: without it, all users have to authorize again.`,
    );
  }
  return loadDevelopmentKey(developmentKeyFile);
}

async function loadDevelopmentKey(file: string): Promise<LoadedKeyring> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await createOnce(file, `development:${generateKey()}\n`);
  } catch (error) {
    throw unusable(`The key file for development, ${file}, cannot be made`, error);
  }
  const { keys, warnings } = await readKeyFile(file, `The key file for development (${file})`);
  return {
    keys,
    source: "development",
    warnings: [
      `DEVELOPMENT KEY: neither ${keysVariable} nor ${fileVariable} is set, so credentials are sealed with the key in ${file}. Whoever reads that file and the database reads every token. Set ${keysVariable} before real accounts are connected.`,
      ...warnings,
    ],
  };
}

async function readKeyFile(
  file: string,
  name: string,
): Promise<Pick<LoadedKeyring, "keys" | "warnings">> {
  let text: string;
  let mode: number;
  try {
    text = await readFile(file, "utf8");
    ({ mode } = await stat(file));
  } catch (error) {
    throw unusable(`${name} cannot be read`, error);
  }
  const entries = text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, "").trim().replace(/,$/, ""))
    .filter((line) => line !== "");
  const exposed = process.platform !== "win32" && (mode & 0o007) !== 0;
  return {
    keys: parse(entries.join(","), name),
    warnings: exposed
      ? [`${name} is open to all users of this machine. Restrict it: chmod 600 ${file}`]
      : [],
  };
}

/** Puts a whole file in place or none; a file that is there already stays as it is. */
async function createOnce(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(text);
      // What is sealed with the key may be durable before the key is.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function parse(text: string, name: string): Keyring {
  try {
    return parseKeyring(text);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problem = error.message.replace(/^Keyring: /, "");
    throw new ConfigurationError(`${name}: ${problem}`);
  }
}

function unusable(what: string, error: unknown): ConfigurationError {
  return new ConfigurationError(
    `${what} (${codeOf(error)}). Check its name and the permissions of the user this process runs as.`,
  );
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

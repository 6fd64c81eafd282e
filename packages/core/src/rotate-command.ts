import { parseArgs } from "node:util";
import { type Clock, systemClock } from "./clock.js";
import type { CredentialStore } from "./credential-store.js";
import { isOAuth2Error } from "./errors.js";
import type { Keyring } from "./keyring.js";
import { loadKeyring } from "./load-keyring.js";
import { type ResealProgress, type ResealResult, resealCredentials } from "./reseal-credentials.js";

/** What a command needs of a stream that it writes to. */
export interface OutputStream {
  /** Writes text, and shows nothing for it. */
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** What a command needs of the process it runs in; `process` has it. */
export interface CommandProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where results go. */
  readonly stdout: OutputStream;
  /** Where progress and faults go. */
  readonly stderr: OutputStream;
  /** Calls the listener at the first signal of this name. */
  once(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  /** Calls it no more. */
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** A store that the command has to close. */
export interface OpenedStore {
  readonly store: CredentialStore;
  /** Lets go of its connections. */
  close(): Promise<void>;
}

/** Options of {@link runRotateCommand}. */
export interface RotateCommandOptions {
  /** How the command is called. */
  readonly command: string;
  /** Environment variable that holds the database's address. */
  readonly addressVariable: string;
  /** Such as `postgresql://user:password@host:5432/database`. */
  readonly addressExample: string;
  /** Opens the store at the address that the variable holds. */
  readonly openStore: (address: string) => OpenedStore;
  /** @defaultValue process */
  readonly process?: CommandProcess | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

const plainLineEveryMs = 10_000;
const shownUnreadable = 20;

/**
 * Runs `resealCredentials` on a terminal, for a store package's command line: keys and address from
 * the environment, progress on standard error, the result on standard output. It gives the exit code.
 */
export async function runRotateCommand(options: RotateCommandOptions): Promise<number> {
  const { addressVariable, addressExample, process: host = process } = options;
  let json: boolean;
  try {
    const { values } = parseArgs({
      args: [...host.argv.slice(2)],
      options: { help: { type: "boolean", short: "h" }, json: { type: "boolean" } },
    });
    if (values.help) {
      host.stdout.write(helpOf(options));
      return 0;
    }
    json = values.json ?? false;
  } catch (error) {
    host.stderr.write(`${(error as Error).message}\n\n${helpOf(options)}`);
    return 1;
  }
  const address = host.env[addressVariable];
  if (!address) {
    host.stderr.write(`${addressVariable} is not set; it must hold ${addressExample}.\n`);
    return 1;
  }
  try {
    return await rotateAt(options, host, address, json);
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    host.stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function rotateAt(
  options: RotateCommandOptions,
  host: CommandProcess,
  address: string,
  json: boolean,
): Promise<number> {
  const { keys, warnings } = await loadKeyring({ environment: host.env });
  for (const warning of warnings) host.stderr.write(`${warning}\n`);
  const { store, close } = options.openStore(address);
  try {
    return await rotateStore({ store, keys, json, process: host, clock: options.clock });
  } finally {
    await close();
  }
}

/** Options of {@link rotateStore}. */
export interface RotateStoreOptions {
  readonly store: CredentialStore;
  readonly keys: Keyring;
  /** Whether the result is one line of JSON. */
  readonly json: boolean;
  readonly process: Omit<CommandProcess, "argv" | "env">;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/**
 * Runs `resealCredentials` on a store that is open, with progress on standard error and the result on
 * standard output. Gives the exit code: 0 when nothing is left under another key, 2 when something is,
 * 130 when interrupted.
 */
export async function rotateStore(options: RotateStoreOptions): Promise<number> {
  const { store, keys, json, process: host, clock } = options;
  const stop = new AbortController();
  const interrupt = (): void => {
    host.stderr.write("\nEnding after the running batches. Once more ends at once.\n");
    stop.abort();
  };
  host.once("SIGINT", interrupt);
  host.once("SIGTERM", interrupt);
  const progress = new ProgressLine(host.stderr, clock ?? systemClock);
  try {
    const result = await resealCredentials({
      store,
      keys,
      signal: stop.signal,
      clock,
      onProgress: (reached) => progress.show(reached),
    });
    progress.end();
    host.stdout.write(
      json ? asJson(result, keys.currentKeyId) : summary(result, keys.currentKeyId),
    );
    if (!json) host.stderr.write(unreadableLines(result));
    if (result.interrupted) return 130;
    return result.remaining === 0 ? 0 : 2;
  } finally {
    progress.end();
    host.off("SIGINT", interrupt);
    host.off("SIGTERM", interrupt);
  }
}

/** One line that changes on a terminal; elsewhere a line now and then. */
class ProgressLine {
  readonly #stream: CommandProcess["stderr"];
  readonly #clock: Clock;
  #shownAt: number | undefined;

  constructor(stream: CommandProcess["stderr"], clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  show(progress: ResealProgress): void {
    const now = this.#clock.now();
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[2K${describe(progress)}`);
    } else if (this.#shownAt !== undefined && now - this.#shownAt < plainLineEveryMs) {
      return;
    } else {
      this.#stream.write(`${describe(progress)}\n`);
    }
    this.#shownAt = now;
  }

  end(): void {
    if (this.#stream.isTTY && this.#shownAt !== undefined) this.#stream.write("\n");
    this.#shownAt = undefined;
  }
}

function describe(progress: ResealProgress): string {
  const { resealed, remaining, unreadable, ratePerSecond, etaSeconds } = progress;
  const parts = [
    `${number(resealed)} re-sealed`,
    `${number(remaining)} left`,
    ...(unreadable > 0 ? [`${number(unreadable)} unreadable`] : []),
    `${number(ratePerSecond)}/s`,
    ...(etaSeconds === undefined ? [] : [`ready in ${duration(etaSeconds)}`]),
  ];
  return parts.join(", ");
}

function summary(result: ResealResult, keyId: string): string {
  const { resealed, skipped, unreadable, remaining, interrupted } = result;
  const lines = [
    `Re-sealed under key "${keyId}": ${number(resealed)}. Written by others meanwhile: ${number(skipped)}.`,
  ];
  const late = Math.max(0, remaining - unreadable);
  if (interrupted) {
    lines.push(`Left: ${number(remaining)}. Run the same command again to go on.`);
  } else if (remaining === 0) {
    lines.push(
      "None is left under another key. Remove the older keys once all browser flows that were open until now have ended.",
    );
  } else {
    if (unreadable > 0) {
      lines.push(
        `Not opened, and left as they are: ${number(unreadable)}. Give the missing keys and run this again, or let these users authorize again.`,
      );
    }
    if (late > 0) {
      lines.push(
        `Sealed under another key while this ran: ${number(late)}. A process still has it as its current one: restart it with the new keys, and run this again.`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

function unreadableLines({ unreadable, unreadableCredentials }: ResealResult): string {
  const lines = unreadableCredentials
    .slice(0, shownUnreadable)
    .map(({ key, reason }) => `Unreadable: ${JSON.stringify(key)}: ${reason}\n`);
  if (unreadable > lines.length) {
    lines.push(`… and ${number(unreadable - lines.length)} more; --json lists up to 1,000.\n`);
  }
  return lines.join("");
}

function asJson(result: ResealResult, keyId: string): string {
  return `${JSON.stringify({ keyId, ...result })}\n`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function helpOf({ command, addressVariable, addressExample }: RotateCommandOptions): string {
  return `Usage: ${addressVariable}=${addressExample} RAK_OAUTH_KEYS=new:…,old:… ${command}

Seals all credentials again under the current key, so that older keys can be removed:
  1. Make a key, put it in front in RAK_OAUTH_KEYS, leave the older ones behind it, and restart
     all processes: new:…,old:…
  2. Run this command. Everything may go on meanwhile.
  3. Remove the older keys once all browser flows that were open until then have ended.
It can be interrupted at any time, killed even; run again, it goes on with what is left.

All settings come from the environment alone, for a command line is visible to other users:
  ${addressVariable.padEnd(19)}  ${addressExample}
  RAK_OAUTH_KEYS       id:base64, separated by commas, the current key first
  RAK_OAUTH_KEYS_FILE  a file that holds the same, one key a line, in place of RAK_OAUTH_KEYS

  --json      Write the result as one line of JSON.
  -h, --help  Show this text.

Exit code 0 when nothing is left under another key, 1 with the reason when it could not work, 2 when
some credentials do not open or were sealed under another key meanwhile, 130 when interrupted.
`;
}

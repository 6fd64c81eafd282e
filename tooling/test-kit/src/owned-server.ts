import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** What {@link OwnedServer} runs. */
export interface OwnedServerOptions {
  /** For messages: "PostgreSQL". */
  readonly name: string;
  readonly program: string;
  /** The name the program sees itself called by. @defaultValue `program` */
  readonly programName?: string | undefined;
  /** Read at every start. */
  readonly parameters: () => readonly string[];
  /** A temporary folder of this server's own; it is removed with the server. */
  readonly directory: string;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly isReady: () => Promise<boolean>;
  /** Ends the server when its data is no longer wanted. */
  readonly stopSignal: NodeJS.Signals;
  /** Ends the server so that it can start again on the same data. */
  readonly shutdownSignal: NodeJS.Signals;
  /** @defaultValue 30_000 */
  readonly startTimeoutMs?: number | undefined;
}

/**
 * Outlives this process however it dies: when the pipe on its stdin closes without a word, it ends
 * the server and removes the folder. A line on stdin says that both are gone already.
 */
const watchdogScript = `
if read -r _; then exit 0; fi
if pid=$(cat "$1/server.pid" 2>/dev/null); then
  kill -CONT "$pid" 2>/dev/null
  kill -s "$2" "$pid" 2>/dev/null
  tries=0
  while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL "$pid" 2>/dev/null
fi
rm -rf "$1"
`;

/**
 * A server process with a folder, both of which belong to this process: neither outlives it, also
 * when it is killed. Runs in a process group of its own, so that Ctrl-C in a terminal reaches it
 * only through {@link OwnedServer.stop}.
 */
export class OwnedServer {
  readonly #options: OwnedServerOptions;
  #child: ChildProcess | undefined;
  #watchdog: ChildProcess | undefined;

  constructor(options: OwnedServerOptions) {
    this.#options = options;
  }

  /** Process id of the running server, or `undefined`. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Starts the server and waits until it answers.
   *
   * @throws Error with the end of its log when it does not
   */
  async start(): Promise<void> {
    const { name, program, programName, directory, uid, gid } = this.#options;
    if (this.#child !== undefined) {
      throw new Error(`${name} is running already.`);
    }
    this.#watchdog ??= startWatchdog(directory, this.#options.stopSignal);
    const log = await open(join(directory, "server.log"), "w");
    const child = spawn(program, this.#options.parameters(), {
      argv0: programName ?? program,
      cwd: directory,
      detached: true,
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", log.fd, log.fd],
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    let failure: Error | undefined;
    child.once("error", (error) => {
      failure = error;
    });
    child.once("exit", () => {
      if (this.#child === child) {
        this.#child = undefined;
      }
    });
    await log.close();
    if (child.pid === undefined) {
      await once(child, "error").catch(() => undefined);
      throw new Error(`${name} cannot be started from ${program}.`, { cause: failure });
    }
    this.#child = child;
    await writeFile(join(directory, "server.pid"), String(child.pid));
    await this.#waitUntilReady(child);
    child.unref();
  }

  async #waitUntilReady(child: ChildProcess): Promise<void> {
    const { name, isReady, startTimeoutMs = 30_000 } = this.#options;
    const deadline = Date.now() + startTimeoutMs;
    while (!(await isReady())) {
      if (this.#child !== child) {
        throw new Error(`${name} ended while starting:\n${await this.log()}`);
      }
      if (Date.now() > deadline) {
        await this.#end("SIGKILL");
        throw new Error(`${name} did not answer within ${startTimeoutMs} ms:\n${await this.log()}`);
      }
      await delay(20);
    }
    if (this.#child !== child) {
      throw new Error(`${name} ended while starting:\n${await this.log()}`);
    }
  }

  /** The end of what the server printed since its last start. */
  async log(): Promise<string> {
    const text = await readFile(join(this.#options.directory, "server.log"), "utf8");
    return text.trim().split("\n").slice(-15).join("\n");
  }

  /** Ends the server so that {@link OwnedServer.start} finds its data again. */
  shutDown(): Promise<void> {
    return this.#end(this.#options.shutdownSignal);
  }

  /** Kills the server with SIGKILL, as a crash would. Its folder stays. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Sends a signal to the running server. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child === undefined) {
      throw new Error(`${this.#options.name} is not running.`);
    }
    this.#child.kill(signal);
  }

  /** Ends the server, removes its folder, and leaves no process behind. */
  async stop(): Promise<void> {
    await this.#end(this.#options.stopSignal);
    await rm(this.#options.directory, { recursive: true, force: true, maxRetries: 10 });
    const watchdog = this.#watchdog;
    this.#watchdog = undefined;
    if (watchdog !== undefined && watchdog.exitCode === null && watchdog.signalCode === null) {
      const exit = once(watchdog, "exit");
      watchdog.ref();
      watchdog.stdin?.end("gone\n");
      await exit;
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) {
      return;
    }
    const exit = once(child, "exit");
    child.ref();
    child.kill(signal);
    // A paused process takes no signal but SIGKILL until it is woken.
    child.kill("SIGCONT");
    const impatience = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await exit;
    clearTimeout(impatience);
    await rm(join(this.#options.directory, "server.pid"), { force: true });
  }
}

function startWatchdog(directory: string, signal: NodeJS.Signals): ChildProcess {
  const watchdog = spawn(
    "/bin/sh",
    ["-c", watchdogScript, "watchdog", directory, signal.replace("SIG", "")],
    { detached: true, stdio: ["pipe", "ignore", "ignore"] },
  );
  watchdog.unref();
  const { stdin } = watchdog;
  // A pipe of Node's is a socket, and would keep the event loop alive.
  if (stdin !== null && "unref" in stdin && typeof stdin.unref === "function") {
    stdin.unref();
  }
  return watchdog;
}

import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { compileProgram } from "@rak-oauth/test-kit";
import { runProgram } from "../src/run-program.js";

const program = await compileProgram(new URL("../src/main.ts", import.meta.url));

/** What a command left behind. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly result: Promise<CommandResult>;
  /** The first match in what it has written there so far or will write. */
  readonly findIn: (name: "stdout" | "stderr", pattern: RegExp) => Promise<string>;
}

/** A command that runs in a process of its own. */
export interface RunningProcess extends RunningCommand {
  readonly child: ChildProcess;
}

/** Options of {@link CommandHome.start}. */
export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** What it reads from standard input. */
  readonly input?: string | undefined;
}

/** A folder of a user's own, and commands that know no other. */
export class CommandHome {
  readonly folder: string;
  /** All that its commands have written. */
  written = "";

  constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<CommandHome> {
    return new CommandHome(await mkdtemp(join(tmpdir(), "rak-oauth-cli-")));
  }

  /** Starts `rak-oauth` with these words, in a process of its own. */
  startProcess(words: readonly string[], options: StartOptions = {}): RunningProcess {
    const child = spawn(process.execPath, [program, ...words], { env: this.#environment(options) });
    const written = new Written();
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => this.#note(written, name, text));
    }
    child.stdin.end(options.input ?? "");
    const exitCode = once(child, "close").then(([code]) => code as number | null);
    return { child, ...written.follow(exitCode) };
  }

  /** Starts `rak-oauth` with these words in this process, which takes a moment and not a second. */
  start(words: readonly string[], options: StartOptions = {}): RunningCommand {
    const written = new Written();
    const stream = (name: "stdout" | "stderr") => ({
      write: (text: string | Uint8Array) => this.#note(written, name, Buffer.from(text).toString()),
    });
    const exitCode = runProgram({
      process: {
        argv: ["node", "rak-oauth", ...words],
        env: this.#environment(options),
        stdin: Readable.from([options.input ?? ""]),
        stdout: stream("stdout"),
        stderr: stream("stderr"),
        once: () => undefined,
        off: () => undefined,
      },
      signal: new AbortController().signal,
    });
    return written.follow(exitCode);
  }

  /** Runs `rak-oauth` with these words to its end, in this process. */
  run(words: readonly string[], options: StartOptions = {}): Promise<CommandResult> {
    return this.start(words, options).result;
  }

  /** The same in a process of its own. */
  runProcess(words: readonly string[], options: StartOptions = {}): Promise<CommandResult> {
    return this.startProcess(words, options).result;
  }

  #environment({ environment }: StartOptions): Readonly<Record<string, string | undefined>> {
    return {
      PATH: process.env["PATH"],
      HOME: this.folder,
      XDG_DATA_HOME: join(this.folder, "data"),
      ...environment,
    };
  }

  #note(written: Written, name: "stdout" | "stderr", text: string): void {
    this.written += text;
    written.add(name, text);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What a command writes, for those who wait for something in it. */
class Written extends EventEmitter {
  readonly #output = { stdout: "", stderr: "" };

  add(name: "stdout" | "stderr", text: string): void {
    this.#output[name] += text;
    this.emit("text");
  }

  /** The command as one that runs until it has its exit code. */
  follow(exitCode: Promise<number | null>): RunningCommand {
    const output = this.#output;
    let isOver = false;
    const result = exitCode.then((code) => {
      isOver = true;
      this.emit("text");
      return { exitCode: code, ...output };
    });
    return {
      result,
      findIn: async (name, pattern) => {
        for (;;) {
          const found = pattern.exec(output[name])?.[0];
          if (found !== undefined) return found;
          if (isOver)
            throw new Error(`It ended without ${pattern}: ${output.stderr}${output.stdout}`);
          await once(this, "text");
        }
      },
    };
  }
}

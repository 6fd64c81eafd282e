import { CommanderError } from "commander";
import { createProgram } from "./create-program.js";
import { exitCodes } from "./exit-codes.js";
import { type CommandProcess, Terminal } from "./terminal.js";

/** Options of {@link runProgram}. */
export interface RunProgramOptions {
  readonly process: CommandProcess;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs one command line and gives its exit code; what fails is one line on standard error. */
export async function runProgram(options: RunProgramOptions): Promise<number> {
  const { process: host, signal } = options;
  let exitCode: number = exitCodes.ok;
  const program = createProgram({
    ...options,
    onExitCode(code) {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync(host.argv);
    return exitCode;
  } catch (error) {
    // Help that was asked for ends that way too.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    const terminal = new Terminal(host, false);
    if (signal.aborted) {
      terminal.tell("Interrupted.");
      return exitCodes.interrupted;
    }
    const { tellFailure } = await import("./tell-failure.js");
    const failure = tellFailure(error);
    terminal.fail(failure.message);
    return failure.exitCode;
  }
}

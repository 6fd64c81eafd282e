import type { Command } from "commander";
import type { CommandContext } from "./command-context.js";

/** Runs a command's work and gives its exit code. */
type CommandAction<Options, Parameters extends readonly unknown[]> = (
  context: CommandContext,
  options: Options,
  ...parameters: Parameters
) => Promise<number>;

/** Options of {@link BindAction}. */
interface BindOptions {
  /** Being stopped is how the command ends, and no interruption. @defaultValue false */
  readonly runsUntilStopped?: boolean | undefined;
}

/** Binds a command's work to its place in the command line. */
export type BindAction = <Options, Parameters extends readonly unknown[] = []>(
  action: CommandAction<Options, Parameters>,
  options?: BindOptions,
) => (...given: unknown[]) => Promise<void>;

/** Adds a command to the program. */
export type AddCommand = (program: Command, bind: BindAction) => void;

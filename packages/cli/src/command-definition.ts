import type { Command } from "commander";
import type { CommandContext } from "./command-context.js";

/** Runs a command's work and gives its exit code. */
type CommandAction<Options, Parameters extends readonly unknown[]> = (
  context: CommandContext,
  options: Options,
  ...parameters: Parameters
) => Promise<number>;

/** Binds a command's work to its place in the command line. */
export type BindAction = <Options, Parameters extends readonly unknown[] = []>(
  action: CommandAction<Options, Parameters>,
) => (...given: unknown[]) => Promise<void>;

/** Adds a command to the program. */
export type AddCommand = (program: Command, bind: BindAction) => void;

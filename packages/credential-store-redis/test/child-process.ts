import { fork } from "node:child_process";
import { once } from "node:events";
import { compileProgram } from "@rak-oauth/test-kit";

/**
 * Runs `test/children/<name>.ts` in a process of its own, on the sources of this workspace, and
 * gives the message it sends.
 */
export async function runChild(name: string, ...parameters: readonly string[]): Promise<unknown> {
  const program = await compileProgram(new URL(`children/${name}.ts`, import.meta.url));
  const child = fork(program, [...parameters], { execArgv: [] });
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`The child process ${name} ended with ${code ?? signal} instead of a message.`);
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message;
}

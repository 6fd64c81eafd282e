import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/**
 * Runs `test/children/<name>.ts` in a process of its own, on the sources of this workspace, and
 * gives the message it sends.
 */
export async function runChild(name: string, ...parameters: readonly string[]): Promise<unknown> {
  const child = fork(
    fileURLToPath(new URL(`children/${name}.ts`, import.meta.url)),
    [...parameters],
    { execArgv: ["--import", "tsx", "--conditions=@rak-oauth/source"] },
  );
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`The child process ${name} ended with ${code ?? signal} instead of a message.`);
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message;
}

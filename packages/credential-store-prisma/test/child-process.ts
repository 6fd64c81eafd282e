import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { compileProgram } from "@rak-oauth/test-kit";

/** A process of its own that runs one of the scripts in `test/children`. */
export interface Child {
  readonly process: ChildProcess;
  /** The next message it sends; fails when it ends first. */
  message(): Promise<unknown>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `test/children/<name>.ts` on the sources of this workspace. */
export async function startChild(name: string, ...parameters: readonly string[]): Promise<Child> {
  const program = await compileProgram(new URL(`children/${name}.ts`, import.meta.url));
  const child = fork(program, [...parameters], { execArgv: [] });
  const received: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  child.on("message", (message) => {
    const next = waiting.shift();
    if (next) next(message);
    else received.push(message);
  });
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number);
  return {
    process: child,
    ended,
    message: () =>
      received.length > 0
        ? Promise.resolve(received.shift())
        : Promise.race([
            new Promise((resolve) => waiting.push(resolve)),
            ended.then((code) => {
              throw new Error(`The child process ${name} ended with ${code} instead of a message.`);
            }),
          ]),
  };
}

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** An issuer in a process of its own. */
export interface MeasuredIssuer {
  readonly issuer: string;
  /** How many asked for its metadata since this was asked last. */
  countRequests(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a {@link MeasuredIssuer}; it ends with this process. */
export async function startMeasuredIssuer(): Promise<MeasuredIssuer> {
  const program = fileURLToPath(new URL("./issuer-process.js", import.meta.url));
  const child = fork(program, { execArgv: [] });
  const [{ issuer }] = (await once(child, "message")) as [{ readonly issuer: string }];
  return {
    issuer,
    async countRequests() {
      const answer = await fetch(`${issuer}/count`);
      return ((await answer.json()) as { readonly requests: number }).requests;
    },
    async stop() {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    },
  };
}

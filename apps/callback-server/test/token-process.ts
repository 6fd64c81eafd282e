import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { OAuth2ConfigInput } from "@rak-oauth/core";
import type { Storage } from "@rak-oauth/environment";
import { compileProgram } from "@rak-oauth/test-kit";
import type { TokenSubject } from "@rak-oauth/token-manager";

/** What `children/ask-for-token.ts` is told first; any message after that starts it. */
export interface OrderToChild {
  readonly storage: Storage;
  readonly keyLine: string;
  readonly config: OAuth2ConfigInput;
  readonly subject: TokenSubject;
  readonly callers: number;
}

/** The tokens its callers got, and how the others failed. */
export interface AskedTokens {
  readonly tokens: readonly string[];
  readonly failures: readonly string[];
}

/** What `children/ask-for-token.ts` sends. */
export type AnswerToParent = "ready" | AskedTokens;

const script = await compileProgram(new URL("children/ask-for-token.ts", import.meta.url));

/** Starts so many processes and, once all have opened the store, lets all ask at once. */
export async function askInProcesses(
  count: number,
  order: OrderToChild,
): Promise<readonly AskedTokens[]> {
  const children = Array.from({ length: count }, () => fork(script, [], { execArgv: [] }));
  try {
    await Promise.all(children.map((child) => exchange(child, order)));
    return (await Promise.all(
      children.map((child) => exchange(child, "go")),
    )) as readonly AskedTokens[];
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

/** Sends a message and gives the answer; fails when the process ends without one. */
async function exchange(child: ChildProcess, message: OrderToChild | "go"): Promise<unknown> {
  const answered = new AbortController();
  const ended = once(child, "exit", { signal: answered.signal }).then(([code, signal]) => {
    throw new Error(`A process that asks for tokens ended with ${code ?? signal}.`);
  });
  const answer = once(child, "message");
  child.send(message);
  try {
    const [received] = await Promise.race([answer, ended]);
    return received;
  } finally {
    ended.catch(() => undefined);
    answered.abort();
  }
}

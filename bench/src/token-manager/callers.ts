import type { GetToken } from "./contender.js";

/** What became of callers who all asked at once. */
export interface CallersOutcome {
  /** From the first call to the last answer, in milliseconds. */
  readonly ms: number;
  /** Callers who got no token, or another one than the first who was served. */
  readonly failed: number;
}

/** Nobody waits longer for a token; who is not served by then counts as failed. */
const patienceMs = 30_000;

/** Lets so many callers ask at once, and waits for the last of them. */
export function serveCallers(count: number, getToken: GetToken): Promise<CallersOutcome> {
  return new Promise((resolve) => {
    let left = count;
    let failed = 0;
    let first: string | undefined;
    const finish = (): void => {
      clearTimeout(patience);
      resolve({ ms: performance.now() - began, failed: failed + left });
    };
    const patience = setTimeout(finish, patienceMs);
    const told = (): void => {
      left -= 1;
      if (left === 0) finish();
    };
    const served = (token: string): void => {
      first ??= token;
      if (token !== first) failed += 1;
      told();
    };
    const refused = (): void => {
      failed += 1;
      told();
    };
    const began = performance.now();
    for (let caller = 0; caller < count; caller += 1) getToken().then(served, refused);
  });
}

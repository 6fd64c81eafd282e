import { isOAuth2Error } from "@rak-oauth/core";
import type { FlowContext } from "./flow-context.js";

/** Waits between attempts to store what a code was exchanged for, in milliseconds. */
const storeRetriesMs = [100, 400, 1600, 5000];

/** The code is spent: these tokens exist nowhere else, so a store that is away gets some time. */
export async function persist<Result>(
  { scheduler }: Pick<FlowContext, "scheduler">,
  write: () => Promise<Result>,
): Promise<Result> {
  const { signal } = new AbortController();
  for (const waitMs of storeRetriesMs) {
    try {
      return await write();
    } catch (error) {
      if (!isOAuth2Error(error) || error.code !== "store_unavailable") throw error;
      await scheduler.wait(waitMs, { signal });
    }
  }
  return write();
}

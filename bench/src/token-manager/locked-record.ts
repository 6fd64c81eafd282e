import type { GetToken, Grant } from "./contender.js";

/** What a hand-written solution keeps of a user, in the clear. */
export type LockedRecord = Pick<Grant, "accessToken" | "refreshToken" | "expiresAtMs">;

/** Whether its access token can be used. */
export function isGood({ expiresAtMs }: LockedRecord): boolean {
  return expiresAtMs > Date.now();
}

/** What is known after a refresh. */
export function refreshedRecord(
  tokens: Pick<LockedRecord, "accessToken" | "refreshToken">,
): LockedRecord {
  return { ...tokens, expiresAtMs: Date.now() + 3_600_000 };
}

/** The first lines of every hand-written solution: memory, and one flight for all of a process. */
export function onceInProcess(obtain: () => Promise<LockedRecord>): GetToken {
  let known: LockedRecord | undefined;
  let flight: Promise<LockedRecord> | undefined;
  return async () => {
    if (known !== undefined && isGood(known)) return known.accessToken;
    flight ??= obtain().finally(() => {
      flight = undefined;
    });
    known = await flight;
    return known.accessToken;
  };
}

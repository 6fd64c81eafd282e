import {
  AuthorizationError,
  type AuthorizationFailure,
  type Clock,
  isOAuth2Error,
  type PendingAuthorizationRecord,
  type PendingAuthorizationStore,
  type Scheduler,
  type StopWatching,
} from "@rak-oauth/core";

/** How an authorization ended, or that it has not yet. */
export type AuthorizationOutcome =
  | { readonly status: "completed" }
  /** A person said no: to the provider, or to being the user the link was made for. */
  | { readonly status: "denied"; readonly failure: "access_denied" | "wrong_user" }
  | { readonly status: "expired"; readonly failure: "expired" }
  | { readonly status: "failed"; readonly failure: AuthorizationFailure }
  /** Only where `timeoutMs` was given and has passed. */
  | { readonly status: "pending" };

/** Options of waiting for an authorization. */
export interface WaitForAuthorizationOptions {
  /** Ends the wait; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Longest wait in milliseconds. @defaultValue until the authorization ends or expires */
  readonly timeoutMs?: number | undefined;
}

/** What {@link waitForSettlement} needs. */
export interface WaitForSettlementOptions extends WaitForAuthorizationOptions {
  readonly id: string;
  readonly store: PendingAuthorizationStore;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Whether an authorization that its user has to confirm is waited for no longer. */
  readonly untilHeld?: boolean | undefined;
}

/** Between two looks at the store, in milliseconds, where it cannot call, and where it can. */
const pollIntervalMs = { unwatched: 1000, watched: 5000 };

/** How long past expiry a code exchange that began in time may take, in milliseconds. */
const exchangeGraceMs = 60_000;

/**
 * Waits until any process settles the authorization or it expires.
 *
 * @throws AuthorizationError `invalid_request` when there is none of that handle.
 */
export async function waitForSettlement(
  options: WaitForSettlementOptions & { readonly untilHeld: true },
): Promise<AuthorizationOutcome | { readonly status: "held" }>;
export async function waitForSettlement(
  options: WaitForSettlementOptions & { readonly untilHeld?: undefined },
): Promise<AuthorizationOutcome>;
export async function waitForSettlement(
  options: WaitForSettlementOptions,
): Promise<AuthorizationOutcome | { readonly status: "held" }> {
  const { id, store, clock, scheduler, signal, timeoutMs, untilHeld } = options;
  signal?.throwIfAborted();
  const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
  let wake = new AbortController();
  const wakeUp = () => wake.abort();
  signal?.addEventListener("abort", wakeUp);
  const stopWatching = await watchSettlements(store, (settledId) => {
    if (settledId === id) wakeUp();
  });
  const intervalMs = stopWatching ? pollIntervalMs.watched : pollIntervalMs.unwatched;
  try {
    for (let first = true; ; first = false) {
      signal?.throwIfAborted();
      // New before each look, so that news that comes between the look and the wait is not lost.
      wake = new AbortController();
      const record = await store.read(id);
      if (record === undefined) {
        if (first) throw unknownAuthorization();
        return { status: "expired", failure: "expired" };
      }
      const expiresInMs = untilExpiryMs(record);
      const outcome = toOutcome(record, expiresInMs);
      if (outcome !== undefined) return outcome;
      if (untilHeld && record.status === "held") return { status: "held" };
      const leftMs = deadline - clock.now();
      if (leftMs <= 0) return { status: "pending" };
      await pause(scheduler, Math.min(intervalMs, expiresInMs, leftMs), wake.signal);
    }
  } finally {
    signal?.removeEventListener("abort", wakeUp);
    await stopWatching?.();
  }
}

async function watchSettlements(
  store: PendingAuthorizationStore,
  listener: (id: string) => void,
): Promise<StopWatching | undefined> {
  try {
    return await store.watch?.(listener);
  } catch (error) {
    // Looking again and again finds the outcome as well, only later.
    if (isOAuth2Error(error) && error.code === "store_unavailable") return undefined;
    throw error;
  }
}

async function pause(scheduler: Scheduler, delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await scheduler.wait(delayMs, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function untilExpiryMs(record: PendingAuthorizationRecord): number {
  const graceMs = record.status === "taken" ? exchangeGraceMs : 0;
  return record.expiresAt + graceMs - record.storeTime;
}

function toOutcome(
  record: PendingAuthorizationRecord,
  expiresInMs: number,
): AuthorizationOutcome | undefined {
  if (record.status === "completed") return { status: "completed" };
  if (record.status === "failed") {
    const failure = (record.failure ?? "provider_error") as AuthorizationFailure;
    if (failure === "access_denied" || failure === "wrong_user") {
      return { status: "denied", failure };
    }
    if (failure === "expired") return { status: "expired", failure };
    return { status: "failed", failure };
  }
  return expiresInMs <= 0 ? { status: "expired", failure: "expired" } : undefined;
}

function unknownAuthorization(): AuthorizationError {
  return new AuthorizationError(
    "invalid_request",
    "There is no authorization of this id: it was never started here, or its outcome is already forgotten. Start it again.",
  );
}

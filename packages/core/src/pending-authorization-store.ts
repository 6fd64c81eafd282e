import type { CredentialKey, CredentialOwner } from "./credential-key.js";
import type { StopWatching } from "./credential-store.js";
import type { SealedBytes } from "./sealer.js";

/**
 * Where a browser flow stands: waiting for the user, being finished, put off until the user confirms
 * what came of it, or settled.
 */
export type PendingAuthorizationStatus = "pending" | "taken" | "held" | "completed" | "failed";

/** What a writer hands to a store to open a pending authorization. */
export interface SealedPendingAuthorization {
  /** Public handle, the `auth_request_id`; unguessable. */
  readonly id: string;
  /** SHA-256 of the `state` parameter; the state itself is never stored in the clear. */
  readonly stateHash: string;
  /** Equal for requests that may share one authorization: same owner, provider and scopes. */
  readonly joinKey: string;
  readonly key: CredentialKey;
  /** Sealed state, verifier, nonce and return address, and tokens that their user has to confirm. */
  readonly sealed: Uint8Array;
  readonly keyId: string;
}

/** One stored pending authorization. Times are milliseconds since the Unix epoch, store's clock. */
export interface PendingAuthorizationRecord extends SealedPendingAuthorization {
  readonly status: PendingAuthorizationStatus;
  /** Why it failed, as one word of `AuthorizationFailure`; only on `failed`. */
  readonly failure?: string | undefined;
  readonly expiresAt: number;
  readonly storeTime: number;
}

/** What {@link PendingAuthorizationStore.open} needs to know. */
export interface OpenPendingAuthorizationOptions {
  /** How long the user has, in milliseconds. */
  readonly ttlMs: number;
  /** An open one of the same `joinKey` is joined only if it lives at least this much longer. */
  readonly joinIfRemainingMs: number;
}

/** What {@link PendingAuthorizationStore.hold} needs to know. */
export interface HoldPendingAuthorizationOptions {
  /** How long the user has to confirm, in milliseconds from now. */
  readonly ttlMs: number;
}

/** What {@link PendingAuthorizationStore.expireHeld} needs to know. */
export interface ExpireHeldOptions {
  /** How many are given at most, 1 to 1,000. */
  readonly limit: number;
}

/** How a pending authorization ended. */
export type PendingAuthorizationOutcome =
  | { readonly status: "completed" }
  | { readonly status: "failed"; readonly failure: string };

/**
 * Port for started browser flows. Each is taken once, atomically, and expires by the store's clock;
 * its outcome stays readable for as long again as it had to live. Where the user confirms at the end,
 * a taken one is held and resumed once, in between.
 */
export interface PendingAuthorizationStore {
  /**
   * Stores a pending authorization, unless one with the same `joinKey` is still open: then that one
   * is returned and nothing is written.
   */
  open(
    authorization: SealedPendingAuthorization,
    options: OpenPendingAuthorizationOptions,
  ): Promise<PendingAuthorizationRecord>;

  /** The record of a handle, in any status, until its outcome is forgotten. */
  read(id: string): Promise<PendingAuthorizationRecord | undefined>;

  /** The record of a state, without consuming it. */
  find(stateHash: string): Promise<PendingAuthorizationRecord | undefined>;

  /**
   * Consumes a state: of any number of simultaneous calls exactly one gets the record, and only
   * while it is pending and not expired.
   */
  take(stateHash: string): Promise<PendingAuthorizationRecord | undefined>;

  /**
   * Puts a taken authorization off until its user confirms: replaces what is sealed and expires from
   * now. May be called again while it is held; false when it is in any other status or gone.
   */
  hold(id: string, sealed: SealedBytes, options: HoldPendingAuthorizationOptions): Promise<boolean>;

  /**
   * Goes on with a held authorization: of any number of simultaneous calls exactly one gets true, and
   * only while it is held and not expired. It is taken again, and what is sealed is replaced.
   */
  resume(id: string, sealed: SealedBytes): Promise<boolean>;

  /** Records how an authorization ended that was not settled; false when it was, or is gone. */
  settle(id: string, outcome: PendingAuthorizationOutcome): Promise<boolean>;

  /**
   * Ends held authorizations whose user has let the time pass, as failed with `expired`, and gives them,
   * at most `limit`: each to exactly one of any number of callers. Without it, tokens that nobody
   * confirms are not revoked.
   */
  expireHeld?(options: ExpireHeldOptions): Promise<readonly PendingAuthorizationRecord[]>;

  /** Removes all of one owner and tells how many there were. */
  deleteAll(owner: CredentialOwner): Promise<number>;

  /** Removes what nobody can need any more; a store that expires by itself answers 0. */
  deleteExpired(): Promise<number>;

  /** Calls `listener` with the handle of each authorization that any process settles or holds. */
  watch?(listener: (id: string) => void): Promise<StopWatching>;
}

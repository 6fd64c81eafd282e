import type { CredentialKey, CredentialOwner } from "./credential-key.js";

/** Where a suspended call stands: waiting for its user, or given to somebody who makes it now. */
export type SuspendedCallStatus = "suspended" | "taken";

/** What a writer hands to a store to keep one call of a tool until its user has authorized. */
export interface SealedSuspendedCall {
  /** Unguessable; never the framework's own id of the call. */
  readonly id: string;
  /** The authorization it waits for, the `auth_request_id`. */
  readonly authRequestId: string;
  /** For whom the call is, and at which provider authorization is missing. */
  readonly key: CredentialKey;
  /** Sealed name of the tool, arguments and framework's id of the call. */
  readonly sealed: Uint8Array;
  readonly keyId: string;
}

/** One stored call. Times are milliseconds since the Unix epoch, by the store's clock. */
export interface SuspendedCallRecord extends SealedSuspendedCall {
  readonly status: SuspendedCallStatus;
  readonly expiresAt: number;
  readonly storeTime: number;
}

/** What {@link SuspendedCallStore.open} needs to know. */
export interface OpenSuspendedCallOptions {
  /** How long the call is kept, in milliseconds. */
  readonly ttlMs: number;
}

/**
 * Port for calls that wait until their user has authorized. Each is taken once, atomically, by
 * whoever makes it; it stays visible as taken until it is deleted or expires, by the store's clock.
 */
export interface SuspendedCallStore {
  /** Stores a call as suspended. */
  open(call: SealedSuspendedCall, options: OpenSuspendedCallOptions): Promise<void>;

  /** The calls that wait for one authorization, and those taken of them, oldest first. */
  list(authRequestId: string): Promise<readonly SuspendedCallRecord[]>;

  /**
   * Takes a call to make it: of any number of simultaneous callers exactly one gets the record, and
   * only while it is suspended and not expired. It never becomes suspended again.
   */
  take(id: string): Promise<SuspendedCallRecord | undefined>;

  /** Forgets a call, in any status; false when there is none. */
  delete(id: string): Promise<boolean>;

  /** Removes all of one owner and tells how many there were. */
  deleteAll(owner: CredentialOwner): Promise<number>;

  /** Removes expired ones and tells how many; a store that expires by itself answers 0. */
  deleteExpired(): Promise<number>;
}

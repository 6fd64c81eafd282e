import { randomBytes } from "node:crypto";
import { type CredentialKey, credentialId } from "../credential-key.js";
import type {
  ClaimOptions,
  CredentialRecord,
  CredentialStore,
  RefreshLease,
  SealedCredential,
} from "../credential-store.js";

/**
 * Durations that need no waiting: one that is far from over, and one that is over already. The same
 * on every clock.
 */
const durations = { long: 3_600_000, over: -3_600_000 } as const;

/** One of {@link durations}. */
export type Duration = keyof typeof durations;

/** A step that some client takes on one record. */
export type StoreOperation =
  | { readonly kind: "read" }
  | { readonly kind: "put" }
  | { readonly kind: "revoke" }
  | { readonly kind: "delete" }
  | { readonly kind: "acquire"; readonly seen: string; readonly lease: Duration }
  | { readonly kind: "renew"; readonly lease: RefreshLease; readonly until: Duration }
  | { readonly kind: "commit"; readonly lease: RefreshLease; readonly fingerprint: string }
  | {
      readonly kind: "release";
      readonly lease: RefreshLease;
      readonly sent: boolean;
      readonly retry: Duration | undefined;
    }
  | { readonly kind: "bury"; readonly lease: RefreshLease }
  | { readonly kind: "claimOrphans"; readonly claim: Duration }
  | { readonly kind: "claimIdle"; readonly claim: Duration; readonly idle: Duration };

/** What a step answered, without what differs between stores: times, and the numbers of fences. */
export type StoreAnswer =
  | undefined
  | boolean
  | {
      readonly status: string;
      readonly fingerprint: string;
      readonly epoch: number;
      readonly leased: boolean;
      readonly backingOff: boolean;
      readonly spendCount?: number;
    };

/** A step that was taken: its answer, and the lease if it gave one. */
export interface TakenStep {
  readonly answer: StoreAnswer;
  readonly lease?: RefreshLease | undefined;
}

/** Takes a step on a real store; `put` and `commit` write under the given fingerprint. */
export async function takeStep(
  store: CredentialStore,
  key: CredentialKey,
  operation: StoreOperation,
  fingerprint: string,
): Promise<TakenStep> {
  switch (operation.kind) {
    case "read":
      return { answer: describeRecord(await store.read(key)) };
    case "put":
      await store.put(key, sealedAs(fingerprint));
      return { answer: undefined };
    case "revoke":
      return { answer: describeRecord(await store.revoke(key)) };
    case "delete":
      return { answer: await store.delete(key) };
    case "acquire": {
      const lease = await store.acquireLease(key, {
        fingerprint: operation.seen,
        leaseMs: durations[operation.lease],
      });
      const answer = lease && { ...seenIn(lease.record), spendCount: lease.record.spendCount };
      return { answer, lease };
    }
    case "renew":
      return { answer: await store.renewLease(operation.lease, durations[operation.until]) };
    case "commit":
      return { answer: await store.commit(operation.lease, sealedAs(operation.fingerprint)) };
    case "release":
      return {
        answer: await store.releaseLease(operation.lease, {
          sent: operation.sent,
          retryInMs: operation.retry && durations[operation.retry],
        }),
      };
    case "bury":
      return { answer: await store.requireReauthorization(operation.lease) };
    case "claimOrphans":
      return { answer: gives(await store.claimOrphans(claimOf(key, operation.claim)), key) };
    case "claimIdle": {
      const idleMs = durations[operation.idle];
      const options = { ...claimOf(key, operation.claim), idleMs };
      return { answer: gives(await store.claimIdle(options), key) };
    }
  }
}

function claimOf({ provider }: CredentialKey, claim: Duration): ClaimOptions {
  return { provider, limit: 10, claimMs: durations[claim] };
}

/** Whether a claim gave the record; the only one of its provider. */
function gives(claimed: readonly CredentialKey[], key: CredentialKey): boolean {
  return claimed.some((each) => credentialId(each) === credentialId(key));
}

/** A credential of random bytes, written under a fingerprint. */
function sealedAs(fingerprint: string): SealedCredential {
  return { sealed: randomBytes(32), keyId: "model", fingerprint, expiresInMs: durations.long };
}

function describeRecord(record: CredentialRecord | undefined): StoreAnswer {
  return record && seenIn(record);
}

function seenIn(record: CredentialRecord) {
  const isAhead = (moment: number | undefined) => moment !== undefined && moment > record.storeTime;
  return {
    status: record.status,
    fingerprint: record.fingerprint,
    epoch: record.epoch,
    leased: isAhead(record.leaseUntil),
    backingOff: isAhead(record.retryAt),
  };
}

import type { StoreAnswer, StoreOperation } from "./store-operations.js";

/** One record as the contract of `CredentialStore` describes it, without bytes and times. */
export interface RecordModel {
  readonly status: "active" | "reauthorization_required" | "revoked";
  readonly fingerprint: string;
  readonly epoch: number;
  readonly fence: number;
  readonly leased: boolean;
  /** Whether the last lease was not given back, lapsed or not. */
  readonly held: boolean;
  readonly backingOff: boolean;
  /** Whether no claim gives it at present. */
  readonly claimed: boolean;
  /** The fingerprint about to be spent, where one is. */
  readonly spending: string | undefined;
  readonly spendCount: number;
}

/** A lease as the model numbers it. */
export interface ModelLease {
  readonly fence: number;
  readonly fingerprint: string;
  readonly epoch: number;
}

/** What a step makes of a record: the record after it, and what the store must answer. */
export interface ModelStep {
  readonly record: RecordModel | undefined;
  readonly answer: StoreAnswer;
}

/**
 * The contract as a pure function. `lease` is the model's own of the step's lease, and `fingerprint`
 * the name that `put` writes under.
 */
export function stepModel(
  record: RecordModel | undefined,
  operation: StoreOperation,
  lease: ModelLease | undefined,
  fingerprint: string,
): ModelStep {
  if (operation.kind === "put")
    return { record: afterConsent(record, fingerprint), answer: undefined };
  if (operation.kind === "read") return { record, answer: record && seenIn(record) };
  if (operation.kind === "delete") return { record: undefined, answer: record !== undefined };
  if (record === undefined)
    return { record, answer: answersYesOrNo(operation) ? false : undefined };
  if (operation.kind === "revoke") {
    const revoked = { ...record, ...noSpend, status: "revoked", ...noLease } as const;
    return { record: revoked, answer: seenIn(revoked) };
  }
  if (operation.kind === "acquire") return acquire(record, operation);
  if (operation.kind === "commit") return commit(record, operation.fingerprint, lease);
  if (operation.kind === "claimOrphans" || operation.kind === "claimIdle") {
    return claim(record, operation);
  }
  const held =
    record.status === "active" &&
    record.held &&
    record.fence === lease?.fence &&
    record.fingerprint === lease.fingerprint;
  if (!held) return { record, answer: false };
  if (operation.kind === "renew") {
    const leased = operation.until === "long";
    return { record: { ...record, leased, claimed: false }, answer: true };
  }
  if (operation.kind === "bury") {
    return {
      record: { ...record, status: "reauthorization_required", ...noLease },
      answer: true,
    };
  }
  const spendCount = operation.sent ? record.spendCount : record.spendCount - 1;
  return {
    record: {
      ...record,
      ...noLease,
      claimed: false,
      backingOff: operation.retry === undefined ? record.backingOff : operation.retry === "long",
      spendCount,
      spending: spendCount === 0 ? undefined : record.spending,
    },
    answer: true,
  };
}

const noLease = { leased: false, held: false } as const;
const noSpend = { spending: undefined, spendCount: 0 } as const;

function afterConsent(record: RecordModel | undefined, fingerprint: string): RecordModel {
  return {
    ...noSpend,
    status: "active",
    fingerprint,
    epoch: (record?.epoch ?? 0) + 1,
    ...noLease,
    fence: record?.fence ?? 0,
    backingOff: false,
    claimed: false,
  };
}

function acquire(record: RecordModel, operation: StoreOperation & { kind: "acquire" }): ModelStep {
  const isFree =
    record.status === "active" &&
    record.fingerprint === operation.seen &&
    !record.leased &&
    !record.backingOff;
  if (!isFree) return { record, answer: undefined };
  const leased: RecordModel = {
    ...record,
    fence: record.fence + 1,
    leased: operation.lease === "long",
    held: true,
    claimed: false,
    spendCount: record.spending === record.fingerprint ? record.spendCount + 1 : 1,
    spending: record.fingerprint,
  };
  return { record: leased, answer: { ...seenIn(leased), spendCount: leased.spendCount } };
}

function commit(
  record: RecordModel,
  fingerprint: string,
  lease: ModelLease | undefined,
): ModelStep {
  if (record.fingerprint === fingerprint) return { record, answer: true };
  const wins =
    record.fingerprint === lease?.fingerprint &&
    record.epoch === lease.epoch &&
    record.status !== "revoked";
  if (!wins) return { record, answer: false };
  const committed: RecordModel = {
    ...record,
    ...noSpend,
    status: "active",
    fingerprint,
    backingOff: false,
    claimed: false,
    ...(record.fence === lease.fence ? noLease : {}),
  };
  return { record: committed, answer: true };
}

function claim(
  record: RecordModel,
  operation: StoreOperation & { kind: "claimOrphans" | "claimIdle" },
): ModelStep {
  const isDue =
    operation.kind === "claimIdle"
      ? operation.idle === "over"
      : record.spending === record.fingerprint;
  const given =
    isDue && record.status === "active" && !record.leased && !record.backingOff && !record.claimed;
  if (!given) return { record, answer: false };
  return { record: { ...record, claimed: operation.claim === "long" }, answer: true };
}

/** Whether a step answers yes or no, also where there is no record. */
function answersYesOrNo({ kind }: StoreOperation): boolean {
  return kind !== "acquire" && kind !== "revoke";
}

function seenIn({ status, fingerprint, epoch, leased, backingOff }: RecordModel) {
  return { status, fingerprint, epoch, leased, backingOff };
}

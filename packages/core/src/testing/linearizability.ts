import { isDeepStrictEqual } from "node:util";
import { type ModelLease, type RecordModel, stepModel } from "./record-model.js";
import type { StoreAnswer, StoreOperation } from "./store-operations.js";

/** One step of a concurrent history: when it was called and answered, and what it answered. */
export interface HistoryStep {
  /** Names the step; leases refer to the `acquire` that gave them by it. */
  readonly id: number;
  readonly operation: StoreOperation;
  /** The name that `put` wrote under. */
  readonly fingerprint: string;
  /** Step that gave the lease this one uses. */
  readonly leaseFrom?: number | undefined;
  readonly calledAt: number;
  readonly answeredAt: number;
  readonly answer: StoreAnswer;
}

/**
 * Whether some order of the steps explains every answer: an order in which a step that was answered
 * before another was called comes first (Herlihy and Wing, 1990). Searches depth-first and never
 * visits one set of taken steps with one record twice. A claim may miss a record that another step
 * was at, as the contract says.
 */
export function isLinearizable(history: readonly HistoryStep[]): boolean {
  const visited = new Set<string>();
  const missing = claimsThatMayMiss(history);

  function search(
    taken: ReadonlySet<number>,
    record: RecordModel | undefined,
    leases: ReadonlyMap<number, ModelLease>,
  ): boolean {
    if (taken.size === history.length) return true;
    const situation = JSON.stringify([
      [...taken].sort((one, other) => one - other),
      record ?? null,
    ]);
    if (visited.has(situation)) return false;
    visited.add(situation);
    const left = history.filter(({ id }) => !taken.has(id));
    const firstAnswer = Math.min(...left.map(({ answeredAt }) => answeredAt));
    for (const step of left) {
      if (step.calledAt > firstAnswer) continue;
      const lease = step.leaseFrom === undefined ? undefined : leases.get(step.leaseFrom);
      const modelled = stepModel(record, step.operation, lease, step.fingerprint);
      const agrees = isDeepStrictEqual(modelled.answer, step.answer);
      if (!agrees && !missing.has(step.id)) continue;
      const next = agrees ? modelled : { record };
      const given = withLease(leases, step, next.record);
      if (search(new Set([...taken, step.id]), next.record, given)) return true;
    }
    return false;
  }

  return search(new Set(), undefined, new Map());
}

/** Claims that gave nothing while another step was on its way. */
function claimsThatMayMiss(history: readonly HistoryStep[]): ReadonlySet<number> {
  const empty = history.filter(
    ({ operation, answer }) =>
      (operation.kind === "claimOrphans" || operation.kind === "claimIdle") && answer === false,
  );
  const isAtOnce = (one: HistoryStep, other: HistoryStep) =>
    one.id !== other.id && one.calledAt < other.answeredAt && other.calledAt < one.answeredAt;
  return new Set(
    empty.filter((step) => history.some((other) => isAtOnce(step, other))).map(({ id }) => id),
  );
}

function withLease(
  leases: ReadonlyMap<number, ModelLease>,
  step: HistoryStep,
  record: RecordModel | undefined,
): ReadonlyMap<number, ModelLease> {
  if (step.operation.kind !== "acquire" || step.answer === undefined || !record) return leases;
  const { fence, fingerprint, epoch } = record;
  return new Map([...leases, [step.id, { fence, fingerprint, epoch }]]);
}

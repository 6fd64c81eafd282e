import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CredentialKey } from "../credential-key.js";
import type { CredentialStore, RefreshLease } from "../credential-store.js";
import { type HistoryStep, isLinearizable } from "./linearizability.js";
import { type ModelLease, type RecordModel, stepModel } from "./record-model.js";
import { type Duration, type StoreOperation, takeStep } from "./store-operations.js";

/** Options of {@link describeCredentialStoreModel}. */
export interface CredentialStoreModelOptions {
  /** Gives one more client of the same database. */
  readonly createClient: () => Promise<CredentialStore> | CredentialStore;
  /** Called with each client at the end. */
  readonly destroyClient?: ((client: CredentialStore) => Promise<void>) | undefined;
  /** How many random histories of each kind are tried. @defaultValue 50 */
  readonly runs?: number | undefined;
}

const clientCount = 4;
const timeoutMs = 300_000;

/** A step before it is known which records and leases there are. */
interface Wish {
  readonly client: number;
  readonly kind: StoreOperation["kind"];
  /** Chooses among the leases given so far. */
  readonly which: number;
  readonly duration: Duration;
  readonly retry: Duration | undefined;
  readonly flag: boolean;
}

const wish: fc.Arbitrary<Wish> = fc.record({
  client: fc.nat(clientCount - 1),
  kind: fc.oneof(
    { weight: 5, arbitrary: fc.constant("acquire" as const) },
    { weight: 4, arbitrary: fc.constant("commit" as const) },
    { weight: 2, arbitrary: fc.constantFrom("read" as const, "put" as const, "release" as const) },
    { weight: 1, arbitrary: fc.constantFrom("renew" as const, "bury" as const) },
    { weight: 1, arbitrary: fc.constantFrom("revoke" as const, "delete" as const) },
    { weight: 5, arbitrary: fc.constantFrom("claimOrphans" as const, "claimIdle" as const) },
  ),
  which: fc.nat(),
  duration: fc.constantFrom("long" as const, "over" as const),
  retry: fc.option(fc.constantFrom("long" as const, "over" as const), { nil: undefined, freq: 3 }),
  flag: fc.boolean(),
});

/**
 * Registers, with Vitest and fast-check, random histories of several clients: one after the other
 * compared with a model of the contract, and at once checked for linearizability.
 */
export function describeCredentialStoreModel(
  name: string,
  options: CredentialStoreModelOptions,
): void {
  const numRuns = options.runs ?? 50;

  describe(`${name} behaves as the model of CredentialStore`, () => {
    let clients: readonly CredentialStore[];

    beforeAll(async () => {
      clients = await Promise.all(
        Array.from({ length: clientCount }, async () => options.createClient()),
      );
    });

    afterAll(async () => {
      for (const client of clients) await options.destroyClient?.(client);
    });

    it(
      "answers any sequence of steps, by any clients, as the contract says",
      async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(wish, { maxLength: 40 }), async (wishes) => {
            const key = newKey();
            let record: RecordModel | undefined;
            const leases: { readonly real: RefreshLease; readonly model: ModelLease }[] = [];
            for (const [index, each] of wishes.entries()) {
              const lease = leases[each.which % Math.max(1, leases.length)];
              const operation = grant(
                each,
                lease?.real,
                record?.fingerprint ?? "none",
                `c${index}`,
              );
              if (operation === undefined) continue;
              const client = clients[each.client] as CredentialStore;
              const taken = await takeStep(client, key, operation, `p${index}`);
              const expected = stepModel(record, operation, lease?.model, `p${index}`);
              expect(taken.answer, `step ${index}: ${operation.kind}`).toEqual(expected.answer);
              record = expected.record;
              if (taken.lease && record) leases.push({ real: taken.lease, model: { ...record } });
            }
            expect(
              (await takeStep(clients[0] as CredentialStore, key, { kind: "read" }, "")).answer,
            ).toEqual(stepModel(record, { kind: "read" }, undefined, "").answer);
          }),
          { numRuns },
        );
      },
      timeoutMs,
    );

    it(
      "answers simultaneous steps as if they had come one after the other",
      async () => {
        const plan = fc.array(fc.array(wish, { minLength: 1, maxLength: 5 }), {
          minLength: 2,
          maxLength: clientCount,
        });
        await fc.assert(
          fc.asyncProperty(plan, async (plans) => {
            const history = await runAtOnce(clients, plans);
            expect(isLinearizable(history), JSON.stringify(history, undefined, 1)).toBe(true);
          }),
          { numRuns },
        );
      },
      timeoutMs,
    );
  });
}

/** Every client goes through its plan, all of them at the same time, on one record. */
async function runAtOnce(
  clients: readonly CredentialStore[],
  plans: readonly (readonly Wish[])[],
): Promise<readonly HistoryStep[]> {
  const key = newKey();
  const history: HistoryStep[] = [];
  const leases: { readonly lease: RefreshLease; readonly from: number }[] = [];
  let nextId = 0;
  let seen = "none";
  let now = 0;

  async function step(client: CredentialStore, each: Wish): Promise<void> {
    const id = nextId++;
    const held = leases[each.which % Math.max(1, leases.length)];
    const operation = grant(each, held?.lease, seen, `c${id}`);
    if (operation === undefined) return;
    const fingerprint = `p${id}`;
    const calledAt = now++;
    const { answer, lease } = await takeStep(client, key, operation, fingerprint);
    history.push({
      id,
      operation,
      fingerprint,
      leaseFrom:
        "lease" in operation && typeof operation.lease === "object" ? held?.from : undefined,
      calledAt,
      answeredAt: now++,
      answer,
    });
    if (typeof answer === "object") seen = answer.fingerprint;
    if (operation.kind === "put") seen = fingerprint;
    if (operation.kind === "commit" && answer === true) seen = operation.fingerprint;
    if (lease !== undefined) leases.push({ lease, from: id });
  }

  const [first] = clients;
  if (first !== undefined) {
    await step(first, {
      client: 0,
      kind: "put",
      which: 0,
      duration: "long",
      retry: undefined,
      flag: true,
    });
  }
  await Promise.all(
    plans.map(async (plan, index) => {
      for (const each of plan) await step(clients[index] as CredentialStore, each);
    }),
  );
  return history;
}

/** Makes a step of a wish; nothing where it needs a lease and none was given yet. */
function grant(
  each: Wish,
  lease: RefreshLease | undefined,
  seen: string,
  fingerprint: string,
): StoreOperation | undefined {
  const { kind, duration, retry, flag } = each;
  if (kind === "acquire") return { kind, seen, lease: duration };
  if (kind === "read" || kind === "put" || kind === "revoke" || kind === "delete") return { kind };
  if (kind === "claimOrphans") return { kind, claim: duration };
  if (kind === "claimIdle") return { kind, claim: duration, idle: flag ? "over" : "long" };
  if (lease === undefined) return undefined;
  if (kind === "renew") return { kind, lease, until: duration };
  if (kind === "commit") return { kind, lease, fingerprint };
  if (kind === "release") return { kind, lease, sent: flag, retry };
  return { kind, lease };
}

/** Of a provider of its own: claims are by provider. */
function newKey(): CredentialKey {
  return { tenantId: randomUUID(), userId: "alice", provider: randomUUID() };
}

import type { CredentialKey } from "@rak-oauth/core";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as credentials from "../src/credential-statements.js";
import { openPostgresStores } from "../src/index.js";
import { listCondition } from "../src/list-condition.js";
import * as pending from "../src/pending-authorization-statements.js";
import { ownerCondition } from "../src/sql.js";
import * as suspended from "../src/suspended-call-statements.js";
import { usePostgres } from "./postgres-database.js";

const postgres = usePostgres();

const rows = 200_000;
let client: Client;

beforeAll(async () => {
  client = new Client({ connectionString: postgres().url });
  await client.connect();
  // Tenants of 1,000 users with 2 accounts each; every tenth tenant is none at all.
  await client.query(
    `INSERT INTO rak_oauth_credential (id, tenant_id, user_id, provider, status, sealed, key_id,
       fingerprint, lease_until, spend_count, orphaned_at, created_at, updated_at)
     SELECT md5(n::text), CASE WHEN n / 2000 % 10 > 0 THEN 'tenant-' || n / 2000 END, 'user-' || n / 2,
       'provider-' || n % 2, 'active', '\\x00', CASE WHEN n % 5000 = 0 THEN 'older' ELSE 'm' END, n::text,
       NULL, (n % 10000 = 0)::int, CASE WHEN n % 10000 = 0 THEN now() END, now(), now()
     FROM generate_series(1, $1::int) AS n`,
    [rows],
  );
  await client.query(
    `INSERT INTO rak_oauth_pending_authorization (id, state_hash, join_key, open_join_key, tenant_id,
       user_id, provider, sealed, key_id, status, expires_at, forget_at)
     SELECT 'id-' || n, 'state-' || n, 'join-' || n, 'join-' || n, 'tenant-' || n / 2000,
       'user-' || n / 2, 'provider', '\\x00', 'm', 'pending', now(),
       now() + (n - 100) * interval '1 minute'
     FROM generate_series(1, $1::int) AS n`,
    [rows],
  );
  await client.query(
    `INSERT INTO rak_oauth_suspended_call (id, auth_request_id, tenant_id, user_id, provider, sealed,
       key_id, status, suspended_at, expires_at)
     SELECT 'id-' || n, 'request-' || n / 2, 'tenant-' || n / 2000, 'user-' || n / 2, 'provider',
       '\\x00', 'm', 'suspended', now(), now() + (n - 100) * interval '1 minute'
     FROM generate_series(1, $1::int) AS n`,
    [rows],
  );
  await client.query(
    "VACUUM ANALYZE rak_oauth_credential, rak_oauth_pending_authorization, rak_oauth_suspended_call",
  );
});

afterAll(async () => {
  await client.end();
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly Plans?: readonly PlanNode[];
}

async function planOf(statement: string, values: readonly unknown[]): Promise<readonly PlanNode[]> {
  const { rows: found } = await client.query(`EXPLAIN (FORMAT JSON) ${statement}`, [...values]);
  const [{ Plan }] = found[0]["QUERY PLAN"] as [{ Plan: PlanNode }];
  const all = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return all(Plan);
}

const alice = { tenantId: "tenant-11", userId: "user-11000" };
const bob = { userId: "user-100" };

function listing(options: { readonly tenantId?: string; userId?: string; after?: string }) {
  const { condition, values } = listCondition(options);
  return [credentials.listWhere(condition, `$${values.length + 1}`), [...values, 101]] as const;
}

function deletion(store: Pick<typeof pending, "deleteWhere">, owner: Partial<CredentialKey>) {
  const { condition, values } = ownerCondition(owner);
  return [store.deleteWhere(condition), values] as const;
}

describe("at 200,000 rows, an index serves", () => {
  it.each([
    ["the connections of a user", ...listing(alice)],
    ["the connections of a user without a tenant", ...listing(bob)],
    ["a later page of a user", ...listing({ ...alice, after: "8" })],
    ["a page of a tenant", ...listing({ tenantId: "tenant-11" })],
    ["a later page of a tenant", ...listing({ tenantId: "tenant-11", after: "8" })],
    ["a page of all without a tenant", ...listing({ after: "8" })],
    ["the deletion of a user", ...deletion(credentials, alice)],
    ["the deletion of a user without a tenant", ...deletion(credentials, bob)],
    ["a claim of orphans", credentials.claimOrphans, ["provider-0", 100, 60_000]],
    ["a claim of what is idle", credentials.claimIdle, ["provider-0", 100, 60_000, 0]],
    ["what other keys sealed", credentials.listSealedByOtherKeys, ["m", 100, "", ""]],
    ["a later page of it", credentials.listSealedByOtherKeys, ["m", 100, "older", "8"]],
    ["the count of it", credentials.countSealedByOtherKeys, ["m"]],
    ["many reads at once", credentials.readMany, [["8", "9"]]],
    ["a state", pending.take, ["state-7"]],
    ["a handle", pending.readById, ["id-7"]],
    ["the forgotten authorizations", pending.deleteWhere(pending.expired), []],
    ["the authorizations of a user", ...deletion(pending, alice)],
    ["what waits for an authorization", suspended.list, ["request-7"]],
    ["a suspended call", suspended.take, ["id-7"]],
    ["the suspended calls of a user", ...deletion(suspended, alice)],
    ["the expired calls", suspended.deleteWhere(suspended.expired), []],
    [
      "joining",
      pending.open,
      ["id", "state", "join-7", null, null, "p", null, Buffer.from("x"), "m", 1_000, 0],
    ],
  ])("%s", async (_name, statement, values) => {
    const steps = (await planOf(statement, values)).map((node) => node["Node Type"]);
    expect(steps).not.toContain("Seq Scan");
    expect(steps.join()).toMatch(/Index/);
  });

  it.each([
    ["orphaned_at", credentials.claimOrphans, ["provider-0", 100, 60_000]],
    ["status_updated_at", credentials.claimIdle, ["provider-0", 100, 60_000, 0]],
  ])(
    "claims in the order of %s, so that what is not due is not read",
    async (index, statement, values) => {
      const plan = await planOf(statement, values);
      const inner = plan.slice(plan.findIndex((node) => node["Node Type"] === "LockRows") + 1);
      expect(inner[0]).toMatchObject({
        "Node Type": "Index Scan",
        "Index Name": `rak_oauth_credential_provider_${index}_idx`,
      });
    },
  );

  it("what is listed, in full", async () => {
    const stores = openPostgresStores({ connectionString: postgres().url });
    expect((await stores.credentials.list(alice)).records).toHaveLength(2);
    expect((await stores.credentials.list(bob)).records).toHaveLength(2);
    const claim = { provider: "provider-0", limit: 100, claimMs: 60_000 };
    expect(await stores.credentials.claimOrphans(claim)).toHaveLength(rows / 10_000);
    expect(await stores.credentials.claimOrphans(claim)).toHaveLength(0);
    expect(await stores.credentials.claimIdle({ ...claim, idleMs: 0 })).toHaveLength(100);
    expect(await stores.credentials.countSealedByOtherKeys("m")).toBe(rows / 5_000);
    const found = new Set<string>();
    let after: string | undefined;
    do {
      const page = await stores.credentials.list({ tenantId: "tenant-11", limit: 300, after });
      for (const record of page.records) found.add(JSON.stringify(record.key));
      after = page.next;
    } while (after !== undefined);
    expect(found.size).toBe(2_000);
    expect(await stores.credentials.deleteAll(alice)).toBe(2);
    expect(await stores.pendingAuthorizations.deleteExpired()).toBeGreaterThanOrEqual(99);
    await stores.close();
  });
});

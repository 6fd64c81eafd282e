import { expect, it } from "vitest";
import { openPostgresStores } from "../src/index.js";
import { startChild } from "./child-process.js";
import { usePostgres } from "./postgres-database.js";
import { sealedCredential } from "./stored-credential.js";

const postgres = usePostgres();

it("gives ten processes that hammer one key one lease at a time, and loses no commit", async () => {
  const refreshes = 150;
  const key = { tenantId: "acme", userId: "alice", provider: "example" };
  const stores = openPostgresStores({ connectionString: postgres().url });
  await stores.credentials.put(key, sealedCredential({ fingerprint: "0.first" }));

  const parameters = [postgres().url, JSON.stringify(key), String(refreshes)];
  const children = await Promise.all(
    Array.from({ length: 10 }, () => startChild("refresh-until-done", ...parameters)),
  );
  const done = (await Promise.all(children.map((child) => child.message()))) as {
    spent: string[];
    refused: number;
  }[];
  await Promise.all(children.map((child) => child.ended));

  const spent = done.flatMap((each) => each.spent);
  expect(new Set(spent).size, "no refresh token was spent twice").toBe(spent.length);
  expect(spent).toHaveLength(refreshes);
  expect(done.map((each) => each.refused)).toEqual(Array(10).fill(0));
  const record = await stores.credentials.read(key);
  expect(record?.fingerprint).toMatch(new RegExp(`^${refreshes}\\.`));
  const last = await stores.credentials.acquireLease(key, {
    fingerprint: String(record?.fingerprint),
    leaseMs: 1_000,
  });
  expect(last).toMatchObject({ fence: refreshes + 1, record: { spendCount: 1 }, epoch: 1 });
  await stores.close();
});

it("AC-03 consumes a state once among ten clients at once", async () => {
  const clients = Array.from({ length: 10 }, () =>
    openPostgresStores({ connectionString: postgres().url, maximumConnections: 2 }),
  );
  const authorization = (count: number, client: number) => ({
    id: `id-${count}-${client}`,
    stateHash: `state-${count}-${client}`,
    joinKey: `join-${count}`,
    key: { userId: "alice", provider: "example" },
    sealed: Buffer.from("sealed"),
    keyId: "test",
  });
  for (let count = 0; count < 30; count += 1) {
    const opened = await Promise.all(
      clients.map((stores, client) =>
        stores.pendingAuthorizations.open(authorization(count, client), {
          ttlMs: 60_000,
          joinIfRemainingMs: 1_000,
        }),
      ),
    );
    const [{ id, stateHash } = { id: "", stateHash: "" }] = opened;
    expect(new Set(opened.map((each) => each.id))).toEqual(new Set([id]));
    const taken = await Promise.all(
      clients.map((stores) => stores.pendingAuthorizations.take(stateHash)),
    );
    expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
  }
  await Promise.all(clients.map((stores) => stores.close()));
});

it("replaces one that is about to expire by one new authorization, whoever asks at once", async () => {
  const stores = openPostgresStores({ connectionString: postgres().url, maximumConnections: 10 });
  const open = (id: string, ttlMs: number) =>
    stores.pendingAuthorizations.open(
      {
        id,
        stateHash: `state-${id}`,
        joinKey: "soon over",
        key: { userId: "bob", provider: "example" },
        sealed: Buffer.from("sealed"),
        keyId: "test",
      },
      { ttlMs, joinIfRemainingMs: 60_000 },
    );
  const first = await open("short", 30_000);
  expect(first.id).toBe("short");
  const opened = await Promise.all(
    Array.from({ length: 20 }, (_, index) => open(`long-${index}`, 600_000)),
  );
  expect(new Set(opened.map((each) => each.id)).size).toBe(1);
  expect(opened[0]?.id).not.toBe("short");
  expect(
    await stores.pendingAuthorizations.take("state-short"),
    "the link already sent still works",
  ).toMatchObject({ id: "short", status: "taken" });
  await stores.close();
});

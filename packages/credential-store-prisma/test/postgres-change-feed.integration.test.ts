import { describe, expect, it, onTestFinished } from "vitest";
import { PostgresChangeFeed, type StoreChange } from "../src/index.js";
import { runSql, usePostgres } from "./postgres-database.js";

const postgres = usePostgres();

/** Connections that listen for our changes, in this test's own database. */
const listening =
  "FROM pg_stat_activity WHERE query = 'LISTEN rak_oauth' AND datname = current_database()";

async function countListening(): Promise<unknown> {
  const [row = {}] = await runSql(postgres().url, `SELECT count(*)::int ${listening}`);
  return row["count"];
}

function newFeed(): PostgresChangeFeed {
  const feed = new PostgresChangeFeed({ connectionString: postgres().url });
  onTestFinished(() => feed.close());
  return feed;
}

function notify(payload: string): Promise<unknown> {
  return runSql(postgres().url, "SELECT pg_notify('rak_oauth', $1)", [payload]);
}

describe("PostgresChangeFeed", () => {
  it("keeps one connection for all listeners, and none when the last has gone", async () => {
    const feed = newFeed();
    expect(await countListening()).toBe(0);
    const stops = await Promise.all(
      Array.from({ length: 5 }, () => feed.subscribe(() => undefined)),
    );
    expect(await countListening()).toBe(1);
    const [last, ...others] = stops;
    for (const stop of others) await stop();
    expect(await countListening()).toBe(1);
    await last?.();
    await expect.poll(countListening).toBe(0);
    await (await feed.subscribe(() => undefined))();
  });

  it("passes on changes, and nothing that somebody else says on the channel", async () => {
    const changes: StoreChange[] = [];
    await newFeed().subscribe((change) => changes.push(change));
    for (const payload of ["", "hello", "cone", "dtwo", "sthree"]) await notify(payload);
    await expect.poll(() => changes).toHaveLength(3);
    expect(changes).toEqual([
      { kind: "changed", id: "one" },
      { kind: "deleted", id: "two" },
      { kind: "settled", id: "three" },
    ]);
  });

  it("comes back when its connection is cut, and tells every listener to forget", async () => {
    const feed = newFeed();
    const first: StoreChange[] = [];
    const second: StoreChange[] = [];
    await feed.subscribe((change) => first.push(change));
    await feed.subscribe((change) => second.push(change));
    await runSql(postgres().url, `SELECT pg_terminate_backend(pid) ${listening}`);
    await expect.poll(() => [first, second]).toEqual([[{ kind: "reset" }], [{ kind: "reset" }]]);
    await notify("cafter");
    await expect.poll(() => first.at(-1)).toEqual({ kind: "changed", id: "after" });
    expect(await countListening()).toBe(1);
  });

  it("is silent after closing, also when its connection was just cut", async () => {
    const feed = newFeed();
    const changes: StoreChange[] = [];
    await feed.subscribe((change) => changes.push(change));
    await runSql(postgres().url, `SELECT pg_terminate_backend(pid) ${listening}`);
    await feed.close();
    await expect.poll(countListening).toBe(0);
    await notify("cnobody");
    expect(changes).toEqual([]);
  });
});

import { startTcpProxy } from "@rak-oauth/test-kit";
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

  it("comes back when its connection is cut, and tells every listener so", async () => {
    const feed = newFeed();
    const first: StoreChange[] = [];
    const second: StoreChange[] = [];
    await feed.subscribe((change) => first.push(change));
    await feed.subscribe((change) => second.push(change));
    await runSql(postgres().url, `SELECT pg_terminate_backend(pid) ${listening}`);
    const lostAndBack = [{ kind: "lost" }, { kind: "reset" }];
    await expect.poll(() => [first, second]).toEqual([lostAndBack, lostAndBack]);
    await notify("cafter");
    await expect.poll(() => first.at(-1)).toEqual({ kind: "changed", id: "after" });
    expect(await countListening()).toBe(1);
  });

  it("TM-16 tells that its connection is silent, and when it is heard again", async () => {
    const proxy = await startTcpProxy({ target: postgres().url });
    onTestFinished(() => proxy.close());
    const feed = new PostgresChangeFeed({ connectionString: proxy.url });
    onTestFinished(() => feed.close());
    const changes: StoreChange[] = [];
    await feed.subscribe((change) => changes.push(change));
    proxy.stall("server-to-client");
    await expect.poll(() => changes, { timeout: 10_000 }).toEqual([{ kind: "lost" }]);
    // Whoever comes now hears as little.
    const late: StoreChange[] = [];
    const leave = await feed.subscribe((change) => late.push(change));
    expect(late).toEqual([{ kind: "lost" }]);
    await leave();
    await notify("cmeanwhile");
    proxy.resume();
    await expect
      .poll(() => changes.slice(1), { timeout: 10_000 })
      .toEqual([{ kind: "changed", id: "meanwhile" }, { kind: "reset" }]);
    // The same connection still.
    expect(await countListening()).toBe(1);
  });

  it("is silent after closing, also when its connection was just cut", async () => {
    const feed = newFeed();
    const changes: StoreChange[] = [];
    await feed.subscribe((change) => changes.push(change));
    await runSql(postgres().url, `SELECT pg_terminate_backend(pid) ${listening}`);
    await feed.close();
    changes.length = 0;
    await expect.poll(countListening).toBe(0);
    await notify("cnobody");
    expect(changes).toEqual([]);
  });
});

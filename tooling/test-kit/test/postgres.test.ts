import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Postgres, startPostgres } from "../src/index.js";
import { processExists } from "./process-exists.js";

async function query(url: string, statement: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(statement);
    return result.rows;
  } finally {
    await client.end();
  }
}

describe("a private PostgreSQL", () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres({ ignoreEnvironment: true, durable: true });
  });
  afterAll(async () => {
    await postgres.stop();
  });

  it("listens on 127.0.0.1 and answers", async () => {
    expect(new URL(postgres.url).hostname).toBe("127.0.0.1");
    expect(postgres.given).toBe(false);
    expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    expect(await query(postgres.url, "SHOW listen_addresses")).toEqual([
      { listen_addresses: "127.0.0.1" },
    ]);
  });

  it("keeps what was committed before it was killed", async () => {
    await query(postgres.url, "CREATE TABLE kept AS SELECT 'here' AS value");
    const pid = Number(postgres.pid);
    await postgres.kill();
    expect(processExists(pid)).toBe(false);
    expect(postgres.pid).toBeUndefined();
    await expect(query(postgres.url, "SELECT 1")).rejects.toThrow();
    await postgres.restart();
    expect(await query(postgres.url, "SELECT value FROM kept")).toEqual([{ value: "here" }]);
  });

  it("restarts on the same address while it runs", async () => {
    const pid = postgres.pid;
    await postgres.restart();
    expect(postgres.pid).not.toBe(pid);
    expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("gives each test file an empty database of its own", async () => {
    const [first, second] = await Promise.all([
      postgres.createDatabase(),
      postgres.createDatabase(),
    ]);
    await query(first.url, "CREATE TABLE mine (id int)");
    await expect(query(second.url, "SELECT * FROM mine")).rejects.toThrow(/does not exist/);
    await first.drop();
    await expect(query(first.url, "SELECT 1")).rejects.toThrow(/does not exist/);
    await second.drop();
  });
});

it("two private servers run side by side, and stop leaves neither process nor folder", async () => {
  const [first, second] = await Promise.all([
    startPostgres({ ignoreEnvironment: true }),
    startPostgres({ ignoreEnvironment: true }),
  ]);
  const pids = [Number(first.pid), Number(second.pid)];
  expect(new URL(first.url).port).not.toBe(new URL(second.url).port);
  const folders = await Promise.all([folderOf(first), folderOf(second)]);
  expect(pids.map(processExists)).toEqual([true, true]);
  await Promise.all([first.stop(), second.stop()]);
  expect(pids.map(processExists)).toEqual([false, false]);
  await expect(access(folders[0])).rejects.toThrow(/ENOENT/);
  await expect(access(folders[1])).rejects.toThrow(/ENOENT/);
});

it("uses the server of DATABASE_URL without owning it", async () => {
  const server = await startPostgres({ ignoreEnvironment: true });
  try {
    vi.stubEnv("DATABASE_URL", server.url);
    const postgres = await startPostgres();
    expect(postgres.given).toBe(true);
    expect(postgres.pid).toBeUndefined();
    expect(new URL(postgres.url).port).toBe(new URL(server.url).port);
    expect(postgres.url).not.toBe(server.url);
    expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await expect(postgres.kill()).rejects.toThrow(/DATABASE_URL/);
    await expect(postgres.restart()).rejects.toThrow(/DATABASE_URL/);
    const another = await postgres.createDatabase();
    await postgres.stop();
    await expect(query(postgres.url, "SELECT 1")).rejects.toThrow(/does not exist/);
    await expect(query(another.url, "SELECT 1")).rejects.toThrow(/does not exist/);
    expect(await query(server.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  } finally {
    await server.stop();
  }
});

async function folderOf(postgres: Postgres): Promise<string> {
  const rows = await query(postgres.url, "SELECT current_setting('data_directory') AS folder");
  const [row] = rows as readonly { readonly folder: string }[];
  return dirname(String(row?.folder));
}

import { startRedis } from "@rak-oauth/test-kit";
import { Redis } from "ioredis";
import { expect, it, onTestFinished } from "vitest";
import { RedisCredentialStore } from "../src/index.js";
import { runChild } from "./child-process.js";
import { someCredential, someKey } from "./stored-credential.js";

interface Done {
  readonly commits: number;
  readonly refused: number;
  readonly overlaps: number;
}

it("gives ten processes that hammer one key one lease at a time, and loses no commit", async () => {
  const server = await startRedis({ ignoreEnvironment: true });
  const client = new Redis(server.url);
  onTestFinished(async () => {
    client.disconnect();
    await server.stop();
  });
  const refreshes = 200;
  const key = someKey();
  const store = new RedisCredentialStore({ client });
  await store.put(key, { ...someCredential(), fingerprint: "0.first" });
  const parameters = [server.url, JSON.stringify(key), String(refreshes)];
  const done = (await Promise.all(
    Array.from({ length: 10 }, () => runChild("refresh-until-done", ...parameters)),
  )) as Done[];
  const sum = (name: keyof Done) => done.reduce((total, each) => total + each[name], 0);
  expect({ commits: sum("commits"), refused: sum("refused"), overlaps: sum("overlaps") }).toEqual({
    commits: refreshes,
    refused: 0,
    overlaps: 0,
  });
  const record = await store.read(key);
  expect(record?.fingerprint.startsWith(`${refreshes}.`)).toBe(true);
  const last = await store.acquireLease(key, {
    fingerprint: String(record?.fingerprint),
    leaseMs: 1_000,
  });
  expect(last).toMatchObject({ fence: refreshes + 1, record: { spendCount: 1 } });
}, 120_000);

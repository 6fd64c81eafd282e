import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "../src/folder-lock.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rak-oauth-lock-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function leave(name: string, owner: unknown): Promise<void> {
  return writeFile(join(folder, name), JSON.stringify(owner));
}

describe("the lock of a folder", () => {
  it("is given to one of many that ask at once, and to the next after its release", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const locks = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(locks).toHaveLength(1);
    for (const { value } of locks) await value.release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(folder)).release();
  });

  it("names the living owner and every way out", async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: "store_misconfigured",
      message: expect.stringMatching(
        new RegExp(`${folder} is in use by process ${process.pid} .*DATABASE_URL.*delete .*lock`),
      ),
    });
    await lock.release();
  });

  it("passes on from a process that is gone", async () => {
    await leave("gone.owned.lock", { pid: 2 ** 22 + 1, host: hostname() });
    await lockFolder(folder);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it("passes on from a dead process whose id is used again", async () => {
    await leave("reused.owned.lock", { pid: process.pid, host: hostname(), startedAt: "1" });
    await lockFolder(folder);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it("passes on when a crash tore its file", async () => {
    await writeFile(join(folder, "torn.owned.lock"), "");
    await lockFolder(folder);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it("stays with another machine, whose processes nobody here can see", async () => {
    await leave("foreign.owned.lock", { pid: 1, host: `not-${hostname()}` });
    await expect(lockFolder(folder)).rejects.toThrow(
      /in use by process 1 on not-.*delete .*foreign\.owned\.lock/,
    );
  });
});

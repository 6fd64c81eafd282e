import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEmbeddedStores } from "../src/embedded.js";
import { startChild } from "./child-process.js";

const key = { userId: "alice", provider: "example" };
const credential = { sealed: Buffer.from("sealed"), keyId: "test", fingerprint: "first" };

let template: string;
let folder: string;

beforeAll(async () => {
  template = join(await mkdtemp(join(tmpdir(), "rak-oauth-embedded-")), "made", "for us");
  await (await openEmbeddedStores({ folder: template })).close();
});

afterAll(async () => {
  await rm(join(template, "../.."), { recursive: true });
});

// A new database takes seconds, a copy of one does not.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rak-oauth-embedded-"));
  await cp(template, folder, { recursive: true });
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("stores embedded in a folder", () => {
  it("are there again after closing", async () => {
    const first = await openEmbeddedStores({ folder });
    await first.credentials.put(key, credential);
    await first.close();
    const second = await openEmbeddedStores({ folder });
    expect(await second.credentials.read(key)).toMatchObject({ key, fingerprint: "first" });
    await second.close();
  });

  it("lose nothing that was acknowledged when the process is killed", async () => {
    const child = await startChild("embedded", folder);
    expect(await child.message()).toBe("open");
    let last = -1;
    while (last < 50) last = Number(await child.message());
    child.process.kill("SIGKILL");
    expect(await child.ended).toBe("SIGKILL");

    const stores = await openEmbeddedStores({ folder });
    for (let count = 0; count <= last; count += 1) {
      const record = await stores.credentials.read({
        userId: `user-${count}`,
        provider: "example",
      });
      expect(record?.fingerprint).toBe(`fingerprint-${count}`);
      expect(Buffer.from(record?.sealed ?? [])).toEqual(Buffer.alloc(2_000, count));
    }
    await stores.close();
  });

  it("refuse a second process while the first lives, and say which it is", async () => {
    const stores = await openEmbeddedStores({ folder });
    await stores.credentials.put(key, credential);
    const child = await startChild("embedded", folder);
    expect(await child.message()).toEqual({
      error: expect.stringMatching(
        new RegExp(`Folder ${folder} is in use by process ${process.pid} .*DATABASE_URL`),
      ),
    });
    expect(await child.ended).toBe(0);
    expect(await stores.credentials.read(key)).toBeDefined();
    await stores.close();
  });

  it("refuse to be opened twice in one process", async () => {
    const stores = await openEmbeddedStores({ folder });
    await expect(openEmbeddedStores({ folder })).rejects.toMatchObject({
      code: "store_misconfigured",
    });
    await stores.close();
  });

  it("say so when the folder holds something else", async () => {
    await rm(join(folder, "database"), { recursive: true });
    await writeFile(join(folder, "database"), "a file");
    await expect(openEmbeddedStores({ folder })).rejects.toMatchObject({
      code: "store_misconfigured",
      message: expect.stringContaining(folder),
    });
    expect((await readdir(folder)).filter((file) => file.endsWith(".lock"))).toEqual([]);
  });
});

import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describeCredentialStore, describeCredentialStoreModel } from "@rak-oauth/core/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SqliteCredentialStore } from "../src/sqlite-credential-store.js";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "custom-store-"));
});

afterAll(() => rm(folder, { recursive: true }));

const open = () => SqliteCredentialStore.open(join(folder, "credentials.db"));

// What has been opened is closed with the process: the suites know stores, and no files.
describeCredentialStore("SqliteCredentialStore", { createStore: open });
describeCredentialStoreModel("SqliteCredentialStore", { createClient: open });

it("opens a second time with what the first process left, and shows nobody a token", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    "--conditions=@rak-oauth/source",
    main,
    join(folder, "two.db"),
  ]);
  expect(stdout).toBe("alice: calendar, active\na token of hers in the file: false\n");
});

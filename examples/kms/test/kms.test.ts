import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { KMSClient } from "@aws-sdk/client-kms";
import { KeyServiceUnavailableError, SealingError } from "@rak-oauth/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { awsKmsKeyWrapper } from "../src/aws-kms-key-wrapper.js";
import { type StartedKms, startKms } from "../src/start-kms.js";

const run = promisify(execFile);
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const owner = Buffer.from("alice");
const dataKey = randomBytes(32);

let kms: StartedKms;
let client: KMSClient;

beforeEach(async () => {
  kms = await startKms();
  client = new KMSClient({
    endpoint: kms.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "example", secretAccessKey: "example" },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await kms.stop();
});

it("seals, moves to a new key, and opens without the old one", async () => {
  const flags = ["--import", "tsx", "--conditions=@rak-oauth/source"];
  const { stdout } = await run(process.execPath, [...flags, main]);
  expect(stdout).toContain("written once, read twice: Encrypt, Decrypt\n");
  expect(stdout).toMatch(/^moved to \S+\/2026: 1, left: 0$/m);
  expect(stdout).toContain("the old key is disabled, alice's token opens: true\n");
  expect(stdout).toMatch(/^sealing_failed: .*\(DisabledException\)/m);
});

it("opens what an older key sealed, by that key", async () => {
  const [older, newer] = [kms.createKey("a"), kms.createKey("b")];
  const wrapped = await awsKmsKeyWrapper(client, older).wrap(dataKey, owner);
  const opened = await awsKmsKeyWrapper(client, newer).unwrap(older, wrapped, owner);
  expect(Buffer.from(opened)).toEqual(dataKey);
  expect(kms.requests).toEqual([`Encrypt ${older}`, `Decrypt ${older}`]);
});

it("ST-04 does not open what was moved to another user", async () => {
  const keys = awsKmsKeyWrapper(client, kms.createKey("a"));
  const wrapped = await keys.wrap(dataKey, owner);
  const opening = keys.unwrap(keys.currentKeyId, wrapped, Buffer.from("bob"));
  await expect(opening).rejects.toThrow(SealingError);
});

it("takes a service that does not answer for one that may answer later", async () => {
  const keys = awsKmsKeyWrapper(client, kms.createKey("a"));
  await kms.stop();
  await expect(keys.wrap(dataKey, owner)).rejects.toThrow(KeyServiceUnavailableError);
});

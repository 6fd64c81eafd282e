import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  AccessToken,
  type CredentialKey,
  CredentialService,
  credentialId,
  generateKey,
  parseKeyring,
  type ResealChange,
} from "@rak-oauth/core";
import { compileProgram } from "@rak-oauth/test-kit";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate, type OpenStores, openPostgresStores } from "../src/index.js";
import { usePostgres } from "./postgres-database.js";

const postgres = usePostgres();
const oldKey = `old:${generateKey()}`;
const newKey = `new:${generateKey()}`;
const count = 10_000;
const command = await compileProgram(new URL("../src/rotate-command.ts", import.meta.url));

let url: string;
let stores: OpenStores;

beforeEach(async () => {
  ({ url } = await postgres().createDatabase());
  await migrate({ connectionString: url });
  stores = openPostgresStores({ connectionString: url });
});

afterEach(async () => {
  await stores.close();
});

function keyOf(index: number): CredentialKey {
  return { userId: `user-${index}`, provider: "example" };
}

function serviceWith(keys: string): CredentialService {
  return new CredentialService({ store: stores.credentials, keys: parseKeyring(keys) });
}

/** Stores so many credentials under the old key, quickly. */
async function fill(): Promise<void> {
  const { sealer } = serviceWith(oldKey);
  const client = new Client({ connectionString: url });
  await client.connect();
  const keys = Array.from({ length: count }, (_, index) => keyOf(index));
  const sealed = await Promise.all(
    keys.map(async (key, index) => {
      const json = JSON.stringify({
        access_token: `access-${index}`,
        token_type: "Bearer",
        scopes: [],
      });
      return (await sealer.seal(Buffer.from(json), { key, field: "credentials" })).sealed;
    }),
  );
  await client.query(
    `INSERT INTO rak_oauth_credential
      (id, user_id, provider, status, sealed, key_id, fingerprint, created_at, updated_at)
    SELECT id, user_id, 'example', 'active', sealed, 'old', id, now(), now()
    FROM unnest($1::text[], $2::text[], $3::bytea[]) AS given(id, user_id, sealed)`,
    [keys.map(credentialId), keys.map(({ userId }) => userId), sealed],
  );
  await client.end();
}

/** Lets nobody write, once the statements that run have ended. */
async function blockWrites(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("BEGIN");
  await client.query("LOCK TABLE rak_oauth_credential IN SHARE MODE");
  return () => client.end();
}

/** Runs the command as people do. */
function startRotation() {
  const child = spawn(process.execPath, [command], {
    env: { ...process.env, DATABASE_URL: url, RAK_OAUTH_KEYS: `${newKey},${oldKey}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", errors: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.errors += text;
  });
  return {
    child,
    said,
    ended: once(child, "close").then(([code, signal]) => code ?? signal),
    untilSaid: (text: string) =>
      expect.poll(() => said.errors, { timeout: 30_000 }).toContain(text),
  };
}

const left = () => stores.credentials.countSealedByOtherKeys("new");

async function expectAllReadableWith(keys: string): Promise<void> {
  const service = serviceWith(keys);
  const found = await Promise.all(
    Array.from({ length: count }, (_, index) => service.getCredentials(keyOf(index))),
  );
  expect(found.map((credentials) => credentials?.accessToken.secret())).toEqual(
    Array.from({ length: count }, (_, index) => `access-${index}`),
  );
}

describe("rak-oauth-rotate", () => {
  it("ST-08 killed in the middle loses nothing, and run again does the rest", async () => {
    await fill();
    const killed = startRotation();
    await killed.untilSaid("500 re-sealed");
    const unblock = await blockWrites();
    killed.child.kill("SIGKILL");
    expect(await killed.ended).toBe("SIGKILL");
    await unblock();
    expect(await left()).toBeGreaterThan(0);
    await expectAllReadableWith(`${newKey},${oldKey}`);

    const again = startRotation();
    expect({ code: await again.ended, ...again.said }).toMatchObject({
      code: 0,
      out: expect.stringContaining("None is left under another key."),
    });
    expect(await left()).toBe(0);
    await expectAllReadableWith(newKey);
  });

  it("ST-08 interrupted ends after the running batches, and run again does the rest", async () => {
    await fill();
    const interrupted = startRotation();
    await interrupted.untilSaid("500 re-sealed");
    const unblock = await blockWrites();
    interrupted.child.kill("SIGINT");
    await interrupted.untilSaid("Ending after the running batches.");
    await unblock();
    expect(await interrupted.ended).toBe(130);
    const remaining = await left();
    expect(remaining).toBeGreaterThan(0);
    expect(interrupted.said.out).toContain(`Left: ${remaining.toLocaleString("en-US")}.`);

    expect(await startRotation().ended).toBe(0);
    await expectAllReadableWith(newKey);
  });

  it("ST-08 leaves alone what is refreshed, stored and deleted while it runs", async () => {
    await fill();
    const service = serviceWith(`${newKey},${oldKey}`);
    const rotation = startRotation();
    let running = true;
    void rotation.ended.then(() => {
      running = false;
    });
    await rotation.untilSaid("500 re-sealed");
    const written = new Map<number, string | undefined>();
    for (let index = 0; running && index < count; index += 1) {
      const token = `written-${index}`;
      const credentials = { accessToken: new AccessToken(token) };
      if (index % 3 === 0) {
        const stored = await service.read(keyOf(index));
        const lease = stored && (await service.acquireLease(stored, 60_000));
        expect(await lease?.commit(credentials)).toBe(true);
        written.set(index, token);
      } else if (index % 3 === 1) {
        await service.storeCredentials(keyOf(index), credentials);
        written.set(index, token);
      } else {
        await service.deleteCredentials(keyOf(index));
        written.set(index, undefined);
      }
    }
    expect(await rotation.ended).toBe(0);
    expect(written.size).toBeGreaterThan(0);
    expect(await left()).toBe(0);
    const reader = serviceWith(newKey);
    for (const [index, token] of written) {
      expect((await reader.getCredentials(keyOf(index)))?.accessToken.secret()).toBe(token);
    }
  });

  it("ends with 1 and the reason when the tables are missing", async () => {
    const empty = await postgres().createDatabase();
    url = empty.url;
    const rotation = startRotation();
    expect(await rotation.ended).toBe(1);
    expect(rotation.said.errors).toContain("A table is missing. Run `npx rak-oauth-migrate`");
    expect(rotation.said.errors).not.toContain(oldKey);
  });
});

describe("re-sealing a batch", () => {
  it("does not wait for rows that somebody is writing", async () => {
    const changes: ResealChange[] = [];
    for (const index of [0, 1]) {
      const [key, sealed] = [keyOf(index), randomBytes(64)];
      const expected = randomBytes(64);
      await stores.credentials.put(key, {
        sealed: expected,
        keyId: "old",
        fingerprint: `f${index}`,
      });
      changes.push({ key, expected, sealed, keyId: "new" });
    }
    const writer = new Client({ connectionString: url });
    await writer.connect();
    await writer.query("BEGIN");
    await writer.query("UPDATE rak_oauth_credential SET retry_at = now() WHERE id = $1", [
      credentialId(keyOf(0)),
    ]);
    expect(await stores.credentials.reseal(changes)).toBe(1);
    await writer.query("COMMIT");
    await writer.end();
    expect(await stores.credentials.reseal(changes)).toBe(1);
    expect(await left()).toBe(0);
  });
});

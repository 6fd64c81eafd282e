import {
  AccessToken,
  CredentialService,
  generateKey,
  type OAuth2Credentials,
  parseKeyring,
  SealingError,
  Secret,
} from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import { openPostgresStores, PrismaCredentialStore } from "../src/index.js";
import { createPrismaClient, runSql, usePostgres } from "./postgres-database.js";

const postgres = usePostgres({ private: true });
const keys = parseKeyring(`test:${generateKey()}`);
const key = { tenantId: "acme", userId: "alice", provider: "example" };

function credentials(generation: number): OAuth2Credentials {
  return {
    accessToken: new AccessToken(`canary-access-${generation}`, {
      expiresAt: new Date(Date.now() + 3_600_000),
    }),
    refreshToken: new Secret(`canary-refresh-${generation}`),
  };
}

/** The text, and how a log or a dump would show its bytes. */
function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [text, bytes.toString("hex"), bytes.toString("base64").slice(0, -4)];
}

describe("ST-07 a PostgreSQL that logs every statement with its values", () => {
  it("has no token in its rows, its log, or its view of what runs", async () => {
    const url = new URL(postgres().url);
    url.searchParams.set("options", "-c log_statement=all -c log_min_duration_statement=0");
    const stores = openPostgresStores({ connectionString: url.href });
    const client = createPrismaClient(url.href);
    for (const store of [stores.credentials, new PrismaCredentialStore({ client })]) {
      const service = new CredentialService({ store, keys });
      await service.storeCredentials(key, credentials(1));
      const stored = await service.read(key);
      if (!stored) return expect.unreachable("what was stored is there");
      const lease = await service.acquireLease(stored, 60_000);
      expect(await lease?.commit(credentials(2))).toBe(true);
      expect((await service.getCredentials(key))?.accessToken.secret()).toBe("canary-access-2");
      await service.revoke(key);
    }
    const [log = {}] = await runSql(
      postgres().url,
      "SELECT pg_read_file(current_setting('data_directory') || '/../server.log') AS text",
    );
    const rows = await runSql(
      postgres().url,
      "SELECT credential::text, convert_from(decode(replace(encode(sealed, 'hex'), '00', ''), 'hex'), 'LATIN1') FROM rak_oauth_credential AS credential",
    );
    const activity = await runSql(postgres().url, "SELECT query FROM pg_stat_activity");
    const seen = `${String(log["text"])}\n${JSON.stringify([rows, activity])}`;
    expect(seen, "the log is on").toMatch(/INSERT INTO rak_oauth_credential.*/);
    expect(seen, "the log has values").toContain("acme");
    for (const form of [...formsOf("canary-access"), ...formsOf("canary-refresh")]) {
      expect(seen).not.toContain(form);
    }
    await stores.close();
    await client.$disconnect();
  });
});

it("ST-04 an envelope moved to another row does not open", async () => {
  const stores = openPostgresStores({ connectionString: postgres().url });
  const service = new CredentialService({ store: stores.credentials, keys });
  const mallory = { ...key, userId: "mallory" };
  await service.storeCredentials(key, credentials(1));
  await service.storeCredentials(mallory, credentials(2));
  await runSql(
    postgres().url,
    `UPDATE rak_oauth_credential SET sealed =
       (SELECT sealed FROM rak_oauth_credential WHERE user_id = 'alice') WHERE user_id = 'mallory'`,
  );
  await expect(service.read(mallory)).rejects.toThrow(SealingError);
  expect((await service.read(key))?.credentials.accessToken.secret()).toBe("canary-access-1");
  await stores.close();
});

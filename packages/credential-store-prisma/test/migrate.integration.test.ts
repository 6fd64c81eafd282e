import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { describe, expect, it } from "vitest";
import { migrate, openPostgresStores } from "../src/index.js";
import {
  createSchemaEngine,
  prismaFolder,
  readMigrations,
  toMigrationList,
} from "../src/migration-engine.js";
import { startChild } from "./child-process.js";
import { runSql, usePostgres } from "./postgres-database.js";

const postgres = usePostgres();

const prismaMigrationsTable = `CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

describe("migrate", () => {
  it("works once when ten processes start at once", async () => {
    const database = await postgres().createDatabase();
    const children = await Promise.all(
      Array.from({ length: 10 }, () => startChild("migrate", database.url)),
    );
    for (const child of children) expect(await child.message()).toBe("ready");
    for (const child of children) child.process.send("go");
    const results = (await Promise.all(children.map((child) => child.message()))) as {
      applied: string[];
    }[];
    const names = (await readMigrations()).map(({ name }) => name);
    expect(results.map((result) => result.applied).filter((applied) => applied.length > 0)).toEqual(
      [names],
    );
    expect(await Promise.all(children.map((child) => child.ended))).toEqual(Array(10).fill(0));
    expect(await runSql(database.url, "SELECT * FROM rak_oauth_credential")).toEqual([]);
  });

  it("writes what prisma migrate deploy writes and looks for", async () => {
    const rows = await runSql(
      postgres().url,
      "SELECT * FROM _prisma_migrations ORDER BY migration_name",
    );
    const migrations = await readMigrations();
    expect(rows).toEqual(
      migrations.map(({ name, script }) =>
        expect.objectContaining({
          migration_name: name,
          checksum: createHash("sha256").update(script).digest("hex"),
          finished_at: expect.any(Date),
          rolled_back_at: null,
          applied_steps_count: 1,
        }),
      ),
    );
  });

  it("lets the application's own migrations live in the same table", async () => {
    const database = await postgres().createDatabase();
    await runSql(database.url, prismaMigrationsTable);
    await runSql(
      database.url,
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
        VALUES ('1', 'x', now(), '20990101000000_theirs', 1)`,
    );
    const { applied } = await migrate({ connectionString: database.url });
    expect(applied).toHaveLength((await readMigrations()).length);
    expect(await migrate({ connectionString: database.url })).toEqual({ applied: [] });
  });

  it("adds what is new to the tables of the first version, and keeps what they hold", async () => {
    const database = await postgres().createDatabase();
    const [first, ...later] = await readMigrations();
    if (first === undefined) return expect.unreachable("there is a first migration");
    await runSql(database.url, first.script);
    await runSql(database.url, prismaMigrationsTable);
    await runSql(
      database.url,
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
        VALUES ('1', $1, now(), $2, 1)`,
      [createHash("sha256").update(first.script).digest("hex"), first.name],
    );
    await runSql(
      database.url,
      `INSERT INTO rak_oauth_credential (id, provider, status, sealed, key_id, fingerprint,
          spend_count, orphaned_at, created_at, updated_at)
        VALUES ('1', 'example', 'active', '', 'm', 'f', 1, now(), now(), now())`,
    );
    const { applied } = await migrate({ connectionString: database.url });
    expect(applied).toEqual(later.map(({ name }) => name));
    const stores = openPostgresStores({ connectionString: database.url });
    const claim = { provider: "example", limit: 10, claimMs: 60_000 };
    expect(await stores.credentials.claimOrphans(claim)).toEqual([{ provider: "example" }]);
    await stores.close();
  });

  it("touches nothing when the tables come from the application's own schema", async () => {
    const database = await postgres().createDatabase();
    await runSql(database.url, "CREATE TABLE rak_oauth_credential (id text)");
    await expect(migrate({ connectionString: database.url })).rejects.toMatchObject({
      code: "store_misconfigured",
      message: expect.stringContaining("prisma migrate deploy"),
    });
    expect(await runSql(database.url, "SELECT to_regclass('_prisma_migrations') AS found")).toEqual(
      [{ found: null }],
    );
  });

  it("works beside the tables of an application that does not use Prisma", async () => {
    const database = await postgres().createDatabase();
    await runSql(database.url, "CREATE TABLE theirs (id text)");
    const { applied } = await migrate({ connectionString: database.url });
    expect(applied).toHaveLength((await readMigrations()).length);
  });

  it("leaves nothing half made when it fails, and goes on once the cause is gone", async () => {
    const database = await postgres().createDatabase();
    const obstacle = "rak_oauth_pending_authorization_forget_at_idx";
    await runSql(database.url, `CREATE TABLE ${obstacle} (id text)`);
    await expect(migrate({ connectionString: database.url })).rejects.toMatchObject({
      code: "store_misconfigured",
      message: expect.stringMatching(new RegExp(`${obstacle}.*already exists`)),
    });
    expect(
      await runSql(database.url, "SELECT to_regclass('rak_oauth_credential') AS found"),
    ).toEqual([{ found: null }]);
    await runSql(database.url, `DROP TABLE ${obstacle}`);
    const { applied } = await migrate({ connectionString: database.url });
    expect(applied).toHaveLength((await readMigrations()).length);
  });

  it("EV-02 refuses what is no address without repeating it", async () => {
    await expect(migrate({ connectionString: "mysql://root:hunter2@db/x" })).rejects.toMatchObject({
      code: "invalid_configuration",
      message: expect.not.stringContaining("hunter2"),
    });
  });
});

describe("the packaged schema", () => {
  it("is what the migrations make", async () => {
    // Not on a server: Prisma's adapter for pg cannot read the catalogue's type "char".
    const database = await PGlite.create();
    const factory = new PrismaPGlite(database);
    const engine = await createSchemaEngine({
      provider: factory.provider,
      adapterName: factory.adapterName,
      connect: () => factory.connect(),
      connectToShadowDb: () => factory.connect(),
    });
    const content = await readFile(new URL("schema.prisma", prismaFolder), "utf8");
    const { stdout, exitCode } = await engine.diff({
      from: { tag: "migrations", ...toMigrationList(await readMigrations()) },
      to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    engine.free();
    await database.close();
    expect({ stdout, exitCode }).toEqual({
      stdout: expect.stringContaining("empty migration"),
      exitCode: 0,
    });
  });
});

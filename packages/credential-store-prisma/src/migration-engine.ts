import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import * as engineBindings from "@prisma/schema-engine-wasm/schema_engine_bg";

/** The `prisma` folder of this package. */
export const prismaFolder: URL = new URL("../prisma/", import.meta.url);

/** One migration as packaged. */
export interface PackagedMigration {
  readonly name: string;
  readonly script: string;
}

/** The packaged migrations, oldest first. */
export async function readMigrations(): Promise<readonly PackagedMigration[]> {
  const folder = new URL("migrations/", prismaFolder);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      script: await readFile(new URL(`${name}/migration.sql`, folder), "utf8"),
    })),
  );
}

/** The same in the words of Prisma's schema engine. */
export function toMigrationList(migrations: readonly PackagedMigration[]): MigrationList {
  return {
    baseDir: "prisma/migrations",
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"' },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: script } },
    })),
  };
}

/** What of it is used here; Node's own types leave it to those of browsers. */
declare const WebAssembly: {
  instantiate(
    binary: Uint8Array,
    imports: Readonly<Record<string, object>>,
  ): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, unknown>> } }>;
};

let started: Promise<void> | undefined;

/**
 * Prisma's own schema engine, which runs in this process: nothing is downloaded. The caller frees it.
 */
export async function createSchemaEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  started ??= startEngine();
  await started;
  const schema = await readFile(new URL("schema.prisma", prismaFolder), "utf8");
  return engineBindings.SchemaEngine.new(
    { datamodels: [["schema.prisma", schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
}

/** Node loads no WebAssembly by `import`, which is what the engine's own entry point does. */
async function startEngine(): Promise<void> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve("@prisma/schema-engine-wasm");
  const binary = await readFile(new URL("schema_engine_bg.wasm", `file://${entry}`));
  const { instance } = await WebAssembly.instantiate(binary, {
    "./schema_engine_bg.js": withTimersThatLetGo(engineBindings),
  });
  engineBindings.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
}

/** The engine's lock timeout outlives its work by seconds, and must not keep a process from ending. */
function withTimersThatLetGo(bindings: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(bindings).map(([name, binding]) => [
      name,
      name.startsWith("__wbg_setTimeout_") ? startTimer : binding,
    ]),
  );
}

function startTimer(callback: () => void, delayMs: number): NodeJS.Timeout {
  return setTimeout(callback, delayMs >>> 0).unref();
}

import { randomBytes } from "node:crypto";
import { migrate } from "@rak-oauth/credential-store-prisma";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import type { StoreAddress } from "./application-orders.js";

/** A database server that gives every lane of the lab a store of its own. */
export interface LabStore {
  readonly name: "Redis" | "PostgreSQL";
  /** An empty store. */
  create(): Promise<StoreAddress>;
  stop(): Promise<void>;
}

/** Starts a private Redis. */
export async function startLabRedis(): Promise<LabStore> {
  const server = await startRedis({ ignoreEnvironment: true });
  return {
    name: "Redis",
    create: async () => ({
      kind: "redis",
      url: server.url,
      keyPrefix: `${randomBytes(6).toString("hex")}:`,
    }),
    stop: () => server.stop(),
  };
}

/** Starts a private PostgreSQL. */
export async function startLabPostgres(): Promise<LabStore> {
  const server = await startPostgres({ ignoreEnvironment: true });
  return {
    name: "PostgreSQL",
    create: async () => {
      const { url } = await server.createDatabase();
      await migrate({ connectionString: url });
      return { kind: "postgres", url };
    },
    stop: () => server.stop(),
  };
}

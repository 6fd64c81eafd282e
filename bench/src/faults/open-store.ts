import type { CredentialStore } from "@rak-oauth/core";
import type { StoreAddress } from "./application-orders.js";

/** A store and the end of its connections. */
export interface OpenStore {
  readonly store: CredentialStore;
  close(): Promise<void>;
}

/** Opens a store as an application would, and loads no other: processes are to start fast. */
export async function openStore(address: StoreAddress): Promise<OpenStore> {
  if (address.kind === "postgres") {
    const { openPostgresStores } = await import("@rak-oauth/credential-store-prisma");
    const stores = openPostgresStores({ connectionString: address.url, maximumConnections: 4 });
    return { store: stores.credentials, close: () => stores.close() };
  }
  const [{ Redis }, { RedisCredentialStore }] = await Promise.all([
    import("ioredis"),
    import("@rak-oauth/credential-store-redis"),
  ]);
  const client = new Redis(address.url);
  const store = new RedisCredentialStore({ client, keyPrefix: address.keyPrefix });
  return { store, close: async () => client.disconnect() };
}

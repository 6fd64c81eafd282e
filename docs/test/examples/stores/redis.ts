import { CredentialService, loadKeyring, type PendingAuthorizationStore } from "@rak-oauth/core";
import {
  checkRedisServer,
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
} from "@rak-oauth/credential-store-redis";
import type { Redis } from "ioredis";

export interface Storage {
  readonly credentials: CredentialService;
  readonly pendingAuthorizations: PendingAuthorizationStore;
}

/** `client` is yours: set up, shared and closed by you. */
export async function openStorage(client: Redis): Promise<Storage> {
  for (const { kind, message } of await checkRedisServer(client)) {
    if (kind === "eviction") throw new Error(message);
    process.stderr.write(`${message}\n`);
  }
  const { keys } = await loadKeyring();
  return {
    credentials: new CredentialService({ store: new RedisCredentialStore({ client }), keys }),
    pendingAuthorizations: new RedisPendingAuthorizationStore({ client }),
  };
}

import { CredentialService, type PendingAuthorizationStore, parseKeyring } from "@rak-oauth/core";
import {
  checkRedisServer,
  RedisCredentialStore,
  RedisPendingAuthorizationStore,
} from "@rak-oauth/credential-store-redis";
import { Redis } from "ioredis";

const client = new Redis(process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379");
for (const warning of await checkRedisServer(client)) {
  process.stderr.write(`${warning.message}\n`);
}

const keys = parseKeyring(process.env["RAK_OAUTH_KEYS"] ?? "");
export const credentials: CredentialService = new CredentialService({
  store: new RedisCredentialStore({ client }),
  keys,
});
export const pendingAuthorizations: PendingAuthorizationStore = new RedisPendingAuthorizationStore({
  client,
});

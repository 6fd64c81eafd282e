export type { RedisServerWarning } from "./check-redis-server.js";
export { checkRedisServer } from "./check-redis-server.js";
export type { RedisClient } from "./redis-client.js";
export type { RedisCredentialStoreOptions } from "./redis-credential-store.js";
export { RedisCredentialStore } from "./redis-credential-store.js";
export type { RedisPendingAuthorizationStoreOptions } from "./redis-pending-authorization-store.js";
export { RedisPendingAuthorizationStore } from "./redis-pending-authorization-store.js";
export type { RedisSuspendedCallStoreOptions } from "./redis-suspended-call-store.js";
export { RedisSuspendedCallStore } from "./redis-suspended-call-store.js";

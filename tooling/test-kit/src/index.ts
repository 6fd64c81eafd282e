export {
  type AuthorizationServer,
  type StartAuthorizationServerOptions,
  startAuthorizationServer,
  type TokenRequest,
  type VerifiedAccessToken,
} from "./authorization-server.js";
export type {
  AuthorizationServerClient,
  AuthorizationServerUser,
} from "./authorization-server-configuration.js";
export { findChromium, launchChromium } from "./chromium.js";
export { findFreePort } from "./free-port.js";
export { type HttpServer, startHttpServer } from "./http-server.js";
export {
  type Postgres,
  type PostgresDatabase,
  type StartPostgresOptions,
  startPostgres,
} from "./postgres.js";
export { type Redis, type StartRedisOptions, startRedis } from "./redis.js";
export { type RedisCluster, type RedisClusterNode, startRedisCluster } from "./redis-cluster.js";
export { type SignInOptions, type SignInResult, signIn } from "./sign-in.js";
export { type StartTcpProxyOptions, startTcpProxy, type TcpProxy } from "./tcp-proxy.js";
export type { TcpDirection } from "./tcp-proxy-lane.js";

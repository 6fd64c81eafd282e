export type { AccessTokenConfirmation, VerifiedAccessToken } from "./access-token-verifier.js";
export {
  type AuthorizationServer,
  type DpopOptions,
  type StartAuthorizationServerOptions,
  startAuthorizationServer,
} from "./authorization-server.js";
export type {
  AuthorizationServerClient,
  AuthorizationServerGrantType,
  ClientAuthenticationMethod,
} from "./authorization-server-client.js";
export type { AuthorizationServerUser } from "./authorization-server-configuration.js";
export type { AuthorizationServerResource } from "./authorization-server-resource.js";
export { findChromium, launchChromium } from "./chromium.js";
export { compileProgram } from "./compile-program.js";
export type {
  ConformanceRequest,
  ConformanceServer,
  Deviations,
  FapiDemands,
} from "./conformance-server.js";
export { conformanceSubject, startConformanceServer } from "./conformance-server.js";
export { readEvents, type StreamedEvent } from "./event-stream.js";
export { findCurl } from "./find-curl.js";
export { findFreePort } from "./free-port.js";
export type {
  AnswerFunction,
  HostileExchange,
  OwnAnswer,
  RawAnswer,
} from "./hostile-answer.js";
export type { HostileClient, IssueCodeOptions } from "./hostile-endpoints.js";
export type {
  HostileGrantState,
  HostileRotation,
  IssuedGrant,
  IssueGrantOptions,
} from "./hostile-grants.js";
export type { HostileEndpoint, HostileRequest } from "./hostile-request.js";
export type { Hold, HoldPoint } from "./hostile-script.js";
export {
  type HostileAnswer,
  type HostileServer,
  type StartHostileServerOptions,
  startHostileServer,
} from "./hostile-server.js";
export { type HttpServer, startHttpServer } from "./http-server.js";
export type { TrustedAssertionIssuer } from "./jwt-bearer-grant.js";
export type { Misbehaviour, MisbehaviourKind } from "./misbehaviour.js";
export { misbehaviours } from "./misbehaviours.js";
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
export type { KeyedCertificate } from "./throw-away-certificates.js";
export type { TokenRequest } from "./token-requests.js";

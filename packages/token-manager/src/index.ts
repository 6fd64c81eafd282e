export type { Scheduler } from "@rak-oauth/core";
export type { AuthorizeDeviceOptions } from "./authorize-device.js";
export { authorizeDevice } from "./authorize-device.js";
export type { FetchLimits } from "./bound-fetch.js";
export { boundFetch } from "./bound-fetch.js";
export type { ExchangeCodeOptions } from "./code-exchange.js";
export type {
  DeviceAuthorization,
  FinishDeviceAuthorizationOptions,
} from "./device-authorization.js";
export type { DisconnectResult, TokenEnd } from "./disconnect.js";
export type { DpopProofOptions } from "./dpop-proof.js";
export { createDpopProof } from "./dpop-proof.js";
export type { GrantOptions } from "./grant-options.js";
export type { TokenIntrospection } from "./introspection.js";
export type { OpenKeySetOptions } from "./key-set.js";
export { openKeySet, publicKeyAlgorithms } from "./key-set.js";
export type { GrantRequest, GrantSources, SubjectToken } from "./on-demand-grant.js";
export type { RevocationOutcome } from "./revocation.js";
export { revokeCredentials } from "./revoke-credentials.js";
export type { ServiceAccountAssertionOptions } from "./service-account-assertion.js";
export { serviceAccountAssertion } from "./service-account-assertion.js";
export type { UnstoredGrant } from "./store-or-revoke.js";
export { revokeUnused, storeOrRevoke } from "./store-or-revoke.js";
export type { SweepResult } from "./sweeper.js";
export type {
  JwtBearerOptions,
  RefreshOptions,
  TokenEndpointOptions,
} from "./token-endpoint.js";
export { TokenEndpoint } from "./token-endpoint.js";
export type { TokenEvent } from "./token-event.js";
export type { ExchangeTokenOptions } from "./token-exchange.js";
export { TokenManager } from "./token-manager.js";
export type { TokenManagerOptions } from "./token-manager-options.js";
export type { GetTokenOptions, TokenSource } from "./token-source.js";
export type { TokenSubject } from "./token-subject.js";

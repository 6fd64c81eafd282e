export type {
  ExchangeCodeOptions,
  RevocationOutcome,
  TokenEndpointOptions,
} from "./token-endpoint.js";
export { TokenEndpoint } from "./token-endpoint.js";
export type {
  DisconnectResult,
  SweepResult,
  TokenManagerOptions,
  TokenSubject,
} from "./token-manager.js";
export { TokenManager } from "./token-manager.js";
export type { GetTokenOptions, TokenSource } from "./token-source.js";

export type {
  CallbackServer,
  CallbackServerOptions,
  StopOptions,
} from "./create-callback-server.js";
export { createCallbackServer } from "./create-callback-server.js";
export type { RateLimiter } from "./rate-limiter.js";
export type { PartStates } from "./readiness.js";
export type { ServerLimits } from "./server-limits.js";
export type { TrustedProxies } from "./trusted-proxies.js";

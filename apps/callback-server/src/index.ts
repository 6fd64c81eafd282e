export { describeNewApiKey } from "./api/api-key.js";
export type {
  CallbackServer,
  CallbackServerOptions,
  StopOptions,
} from "./create-callback-server.js";
export { createCallbackServer } from "./create-callback-server.js";
export { settingsHelp } from "./help.js";
export type { RateLimiter } from "./rate-limiter.js";
export type { PartStates } from "./readiness.js";
export type { ServeOptions } from "./serve.js";
export { serve } from "./serve.js";
export type { ServerLimits } from "./server-limits.js";
export { SettingsError } from "./settings-error.js";
export type { TrustedProxies } from "./trusted-proxies.js";

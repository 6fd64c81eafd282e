export type { CallbackServer, CallbackServerOptions } from "./create-callback-server.js";
export { createCallbackServer } from "./create-callback-server.js";

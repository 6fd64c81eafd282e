export type { ClientRegistration } from "./client-registration.js";
export type { DiscoverOptions } from "./discover.js";
export { discover } from "./discover.js";

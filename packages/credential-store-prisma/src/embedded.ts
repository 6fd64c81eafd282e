export type { OpenEmbeddedStoresOptions } from "./embedded-stores.js";
export { openEmbeddedStores } from "./embedded-stores.js";
export type { OpenStores } from "./postgres-stores.js";

/// <reference path="./provider-module.d.ts" />

/**
 * The provider without the package's main module, which prints on Node 20 that it wants a later
 * Node. What is used of it here works on Node 20.
 */

export {
  InvalidClientAuth,
  InvalidGrant,
  InvalidRequest,
  InvalidScope,
  InvalidTarget,
} from "oidc-provider/lib/helpers/errors.js";
export { Provider } from "oidc-provider/lib/provider.js";

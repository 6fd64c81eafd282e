import { createPublicAgent } from "@rak-oauth/oidc-discovery/public-addresses";
import { Agent, type Dispatcher } from "undici";

let ofAll: Agent | undefined;
let ofPublicAddresses: Agent | undefined;

/** The connections that all tools share, so that each API is connected to once. */
export function sharedDispatcher(publicAddressesOnly: boolean): Dispatcher {
  if (publicAddressesOnly) {
    ofPublicAddresses ??= createPublicAgent();
    return ofPublicAddresses;
  }
  ofAll ??= new Agent();
  return ofAll;
}

import type { OAuth2Config, OAuth2Error } from "@rak-oauth/core";
import ipaddr from "ipaddr.js";
import { isPublicAddress } from "./public-addresses.js";

/**
 * Refuses metadata that sends requests into the network it is read in. Names are looked at when they are
 * connected to, by `publicFetch`; what is plainly an address is told at once.
 *
 * @throws what `fail` makes.
 */
export function assertPublicEndpoints(
  config: OAuth2Config,
  fail: (problem: string) => OAuth2Error,
): void {
  for (const [field, value] of Object.entries(config)) {
    if (!field.endsWith("Url") || typeof value !== "string") continue;
    const { hostname } = new URL(value);
    const address = hostname.replace(/^\[|\]$/g, "");
    const isInside = ipaddr.isValid(address)
      ? !isPublicAddress(address)
      : /(?:^|\.)localhost\.?$/.test(hostname);
    if (!isInside) continue;
    throw fail(`its metadata has the ${field} ${value}, which is not on the public internet.`);
  }
}

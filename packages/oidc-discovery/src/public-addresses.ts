import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent, buildConnector } from "undici";

/** Somebody asked for an address that is not on the public internet. */
export class AddressNotPublicError extends Error {
  override readonly name: string = "AddressNotPublicError";
  readonly hostname: string;

  constructor(hostname: string) {
    super(`${hostname} has an address that is not public.`);
    this.hostname = hostname;
  }
}

/**
 * Tells whether an address is on the public internet: not loopback, link-local, private, shared by a
 * provider (CGNAT), unique-local, multicast, reserved, or an IPv6 form of an IPv4 address.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  // What is not of 2000::/3 nobody has been given yet.
  return !(parsed instanceof ipaddr.IPv6) || ((parsed.parts[0] ?? 0) & 0xe000) === 0x2000;
}

/** What resolves names. @see https://nodejs.org/api/dns.html#dnslookuphostname-options-callback */
export type Lookup = typeof lookup;

/** Options of {@link createPublicAgent}. */
export interface CreatePublicAgentOptions {
  /** Resolves names. @defaultValue the resolver of the system */
  readonly resolve?: Lookup | undefined;
}

/**
 * Connections to public addresses only. What counts is the address that is connected to, after
 * resolution: a name that resolves differently from one moment to the next gains nothing.
 */
export function createPublicAgent(options: CreatePublicAgentOptions = {}): Agent {
  const connect = buildConnector({ lookup: publicLookup(options.resolve ?? lookup) });
  return new Agent({
    connect(target, callback) {
      // An address instead of a name is never looked up.
      const literal = target.hostname.replace(/^\[|\]$/g, "");
      if (ipaddr.isValid(literal) && !isPublicAddress(literal)) {
        callback(new AddressNotPublicError(literal), null);
        return;
      }
      connect(target, callback);
    },
  });
}

function publicLookup(resolve: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const isPublic = error === null && addresses.every(({ address }) => isPublicAddress(address));
      const [first] = error === null ? addresses : [];
      if (first === undefined) {
        callback(error, "");
      } else if (!isPublic) {
        callback(new AddressNotPublicError(hostname), "");
      } else if (options.all) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

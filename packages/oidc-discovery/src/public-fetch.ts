import { type Agent, fetch as undiciFetch } from "undici";
import { createPublicAgent, type Lookup } from "./public-addresses.js";

let shared: Agent | undefined;

/**
 * A `fetch` that connects to addresses on the public internet only, checked after resolution: for
 * requests to addresses that somebody else chose. A server that turns up in one's own network under
 * another name later gets nothing either. Give it to the `TokenManager` and the flow of a configuration
 * that was discovered from outside.
 *
 * Refused connections reject as those of any `fetch` do, with an `AddressNotPublicError` as the cause.
 *
 * @param options.resolve - @defaultValue the resolver of the system
 */
export function publicFetch(options: { readonly resolve?: Lookup | undefined } = {}): typeof fetch {
  const { resolve } = options;
  const own = resolve && createPublicAgent({ resolve });
  // The same standard as the global one, but with types of its own.
  const send = undiciFetch as unknown as (url: unknown, init: object) => Promise<Response>;
  return (url, init) => {
    shared ??= createPublicAgent();
    return send(url, { ...init, dispatcher: own ?? shared });
  };
}

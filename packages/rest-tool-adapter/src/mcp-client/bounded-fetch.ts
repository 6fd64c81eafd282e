import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { isSecureUrl, OAuth2Error } from "@rak-oauth/core";
import { AddressNotPublicError } from "@rak-oauth/oidc-discovery/public-addresses";
import { fetch as undiciFetch } from "undici";
import { sharedDispatcher } from "../dispatchers.js";

/** What {@link boundedFetch} needs. */
export interface BoundedFetchOptions {
  /** Whether addresses of this machine and network are asked, and plain http to loopback. */
  readonly allowInsecureLoopback: boolean;
  /** Sends instead. @defaultValue one that connects to public addresses only */
  readonly fetch?: FetchLike | undefined;
}

const timeoutMs = 10_000;
/** After decompression. */
const maximumBytes = 1024 * 1024;

/** A `fetch` for documents of servers that nobody vouches for: bounded in place, time and size. */
export function boundedFetch(options: BoundedFetchOptions): FetchLike {
  const { allowInsecureLoopback, fetch = fetchFrom(!allowInsecureLoopback) } = options;
  return async (url, init) => {
    if (!isSecureUrl(String(url), allowInsecureLoopback)) {
      throw refused(`${new URL(url).origin} does not use https.`);
    }
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { ...init, signal }).catch((error: unknown) => {
      const { cause } = error as { readonly cause?: unknown };
      if (!(cause instanceof AddressNotPublicError)) throw error;
      throw refused(`${cause.hostname} has an address that is not on the public internet.`);
    });
    if (response.body === null) return response;
    const { status, headers } = response;
    // Piped, because not every `fetch` ends a body when its signal aborts.
    const body = response.body.pipeThrough(new TransformStream(), { signal });
    return new Response(await readAll(body), { status, headers });
  };
}

function fetchFrom(publicAddressesOnly: boolean): FetchLike {
  const dispatcher = sharedDispatcher(publicAddressesOnly);
  // The same standard as the global one, but with types of its own.
  const send = undiciFetch as unknown as (url: string | URL, init: object) => Promise<Response>;
  return (url, init) => send(url, { ...init, dispatcher });
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maximumBytes) throw refused(`an answer is larger than ${maximumBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refused(problem: string): OAuth2Error {
  return new OAuth2Error("discovery_failed", `Discovery of an MCP server failed: ${problem}`);
}

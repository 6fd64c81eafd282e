import { isOAuth2Error, OAuth2Error } from "@rak-oauth/core";

/** Largest accepted metadata document, in bytes after decompression. */
const maximumMetadataBytes = 1024 * 1024;

/** What {@link createMetadataFetch} needs. */
export interface MetadataFetchOptions {
  readonly issuer: string;
  readonly fetch: typeof fetch;
  /** Limit for the whole answer, its body included, in milliseconds. */
  readonly timeoutMs: number;
}

/** A `fetch` for one metadata document: bounded in time and size, and without redirects. */
export function createMetadataFetch(
  options: MetadataFetchOptions,
): (address: string, init: RequestInit) => Promise<Response> {
  return async (address, init) => {
    const signal = AbortSignal.timeout(options.timeoutMs);
    try {
      const response = await options.fetch(address, { ...init, redirect: "manual", signal });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw discoveryError(options.issuer, describeStatus(address, response.status));
      }
      return new Response(await readBody(response, options.issuer, signal), {
        headers: { "content-type": "application/json" },
      });
    } catch (error) {
      if (isOAuth2Error(error)) throw error;
      throw discoveryError(options.issuer, describeFailure(address, error, options.timeoutMs));
    }
  };
}

/** The one form of every discovery failure. */
export function discoveryError(issuer: string, problem: string): OAuth2Error {
  return new OAuth2Error("discovery_failed", `Discovery of ${issuer} failed: ${problem}`);
}

async function readBody(response: Response, issuer: string, signal: AbortSignal): Promise<Buffer> {
  // Piped, because not every `fetch` ends a body when its signal aborts.
  const body = response.body?.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), {
    signal,
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > maximumMetadataBytes) {
      throw discoveryError(
        issuer,
        `its metadata is larger than ${maximumMetadataBytes} bytes. Check that this is an authorization server.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describeStatus(address: string, status: number): string {
  const what = `${address} answered HTTP ${status}`;
  if (status >= 300 && status < 400) {
    return `${what}, and redirects are not followed. Give the issuer it would lead to.`;
  }
  if (status >= 500 || status === 429) return `${what}. Try again later.`;
  return `${what}. Check the issuer; a server without OpenID Connect may need algorithm: "oauth2", one with it "oidc".`;
}

function describeFailure(address: string, error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `${address} did not answer completely within ${timeoutMs} ms. Try again later, or raise timeoutMs.`;
  }
  return `${address} could not be read${systemCode(error)}. Check the address and the network.`;
}

function systemCode(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^\w{1,64}$/.test(code) ? ` (${code})` : "";
}

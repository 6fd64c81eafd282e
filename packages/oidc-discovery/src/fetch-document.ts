import { isOAuth2Error, type OAuth2Error, readBytes } from "@rak-oauth/core";
import { AddressNotPublicError } from "./public-addresses.js";

/** Largest accepted document, in bytes after decompression. */
const maximumBytes = 1024 * 1024;

/** One request for a JSON document. */
export interface DocumentRequest {
  readonly address: string;
  /** @defaultValue a GET */
  readonly init?: RequestInit | undefined;
  readonly fetch: typeof fetch;
  /** Limit for the whole answer, its body included, in milliseconds. */
  readonly timeoutMs: number;
  /** The error for a problem, told as what comes after a colon. */
  readonly fail: (problem: string) => OAuth2Error;
  /** Whether status and headers are all that is wanted. @defaultValue false */
  readonly skipBody?: boolean | undefined;
}

/** An answer to a {@link DocumentRequest}. */
export interface FetchedDocument {
  readonly status: number;
  readonly headers: Headers;
  /** Absent where the answer is no JSON object. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** Length of the body as it was decoded. */
  readonly bytes: number;
}

/**
 * Fetches a JSON document from a server that nobody vouches for: bounded in time and size, without
 * redirects.
 *
 * @throws what `fail` makes, when no complete answer comes.
 */
export async function fetchDocument(request: DocumentRequest): Promise<FetchedDocument> {
  const { address, timeoutMs, fail } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request.fetch(address, {
      ...request.init,
      headers: { accept: "application/json", ...request.init?.headers },
      redirect: "manual",
      signal,
    });
    const { status, headers } = response;
    if (request.skipBody) {
      await response.body?.cancel();
      return { status, headers, bytes: 0 };
    }
    const tooLarge = () =>
      fail(
        `its metadata is larger than ${maximumBytes} bytes. Check that this is an authorization server.`,
      );
    const bytes = await readBytes(response, { maximumBytes, signal, tooLarge });
    return { status, headers, body: parseObject(bytes), bytes: bytes.length };
  } catch (error) {
    if (isOAuth2Error(error)) throw error;
    throw fail(describeFailure(address, error, timeoutMs));
  }
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What to do about a status that is not the one of a document. */
export function describeStatus(address: string, status: number): string {
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
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AddressNotPublicError) {
    return `${cause.hostname} has an address that is not on the public internet, and nothing was sent there.`;
  }
  return `${address} could not be read${systemCode(cause)}. Check the address and the network.`;
}

function systemCode(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && /^\w{1,64}$/.test(code) ? ` (${code})` : "";
}

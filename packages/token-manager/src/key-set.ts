import { AuthorizationError, type Clock, isSecureUrl } from "@rak-oauth/core";
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import {
  allowInsecureRequests,
  discovery,
  None,
  customFetch as openidClientFetch,
} from "openid-client";
import { boundFetch } from "./bound-fetch.js";

/** Options of {@link openKeySet}. */
export interface OpenKeySetOptions {
  /** An absolute https URL, or one of this machine with `allowInsecureLoopback`. */
  readonly issuer: string;
  /** Of the same form. @defaultValue what the issuer's metadata says */
  readonly jwksUrl?: string | undefined;
  readonly allowInsecureLoopback: boolean;
  /** What the metadata and the keys are fetched with. */
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /**
   * How long an unknown key id does not make the keys be fetched again, in milliseconds. 0 suits tokens
   * that come from the issuer itself, where nobody can make key ids up. @defaultValue 30000
   */
  readonly cooldownMs?: number | undefined;
}

/** Signature algorithms with public keys, by their JOSE names: those a key set can vouch for. */
export const publicKeyAlgorithms: readonly string[] = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];

type RemoteKeySet = ReturnType<typeof createRemoteJWKSet>;

const limits = { timeoutMs: 5_000, maximumBytes: 512 * 1024 };

/** How long an issuer that gave no keys is left alone, in milliseconds. */
const failureCooldownMs = 5_000;

/** Public keys of an issuer, and the means to have them before they are needed. */
export interface KeySet {
  readonly find: JWTVerifyGetKey;
  /** Fetches the keys, where they are not there or too old. @throws as `find` does */
  fetchAhead(): Promise<void>;
}

/**
 * The public keys of an issuer, fetched when the first is needed. A key id that is not among them
 * makes them be fetched again, at most once in 30 seconds: tokens with made-up key ids cost the issuer
 * nothing. The key set throws AuthorizationError `server_error` when there are no keys.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function openKeySet(options: OpenKeySetOptions): JWTVerifyGetKey {
  return createKeySet(options).find;
}

/** As {@link openKeySet}, for those who know that they will need the keys. */
export function createKeySet(options: OpenKeySetOptions): KeySet {
  const { issuer, jwksUrl, clock, cooldownMs = 30_000 } = options;
  let keySet: Promise<RemoteKeySet> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  const send = boundFetch(options.fetch, limits);
  const attempt = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    if (clock.now() - failedAt < failureCooldownMs) throw noKeys(issuer);
    try {
      return await ask();
    } catch {
      failedAt = clock.now();
      // The reason may quote the answer.
      throw noKeys(issuer);
    }
  };
  const open = async (): Promise<RemoteKeySet> => {
    const url = jwksUrl ?? (await attempt(() => discoverKeySetUrl(options, send)));
    return createRemoteJWKSet(new URL(url), {
      cooldownDuration: cooldownMs,
      [customFetch]: (address, init) => attempt(() => readKeys(address, init, send)),
    });
  };
  const opened = (): Promise<RemoteKeySet> => {
    keySet ??= open();
    const opening = keySet;
    return opening.catch((error: unknown) => {
      if (keySet === opening) keySet = undefined;
      throw error;
    });
  };
  return {
    find: async (header, token) => (await opened())(header, token),
    async fetchAhead() {
      const keys = await opened();
      if (!keys.fresh) await keys.reload();
    },
  };
}

async function readKeys(url: string, init: RequestInit, send: typeof fetch): Promise<Response> {
  const response = await send(url, init);
  const body: unknown = await response.json();
  const keys = typeof body === "object" && body !== null && "keys" in body ? body.keys : undefined;
  if (!response.ok || !Array.isArray(keys)) throw new Error("no key set");
  return Response.json({ keys });
}

async function discoverKeySetUrl(
  { issuer, allowInsecureLoopback }: OpenKeySetOptions,
  send: typeof fetch,
): Promise<string> {
  const found = await discovery(new URL(issuer), "key-set", undefined, None(), {
    execute: allowInsecureLoopback ? [allowInsecureRequests] : [],
    [openidClientFetch]: (url, init) => send(url, init as RequestInit),
  });
  const { jwks_uri: url } = found.serverMetadata();
  if (url === undefined || !isSecureUrl(url, allowInsecureLoopback)) throw new Error("no key set");
  return url;
}

function noKeys(issuer: string): AuthorizationError {
  return new AuthorizationError(
    "server_error",
    `Nobody can be recognised just now: ${new URL(issuer).origin} gave no key set. Nothing was connected; try again in a minute.`,
  );
}

import { asBuffer } from "./as-buffer.js";
import type { CredentialKey } from "./credential-key.js";
import type { SealingContext } from "./sealer.js";
import { AccessToken, Secret } from "./secret.js";

/** Who the user is at the provider, for people to recognise the connection by. */
export interface AccountIdentity {
  /** Stable identifier at the provider, such as the `sub` claim (OpenID Connect Core §2). */
  readonly subject: string;
  readonly email?: string | undefined;
  /** Whether the provider vouches for the e-mail address. */
  readonly emailVerified?: boolean | undefined;
  readonly name?: string | undefined;
}

/** An access token of the same grant for one resource alone (RFC 8707). */
export interface ResourceToken {
  /** The resource indicator it was asked for. */
  readonly resource: string;
  readonly accessToken: AccessToken;
  /** Lifetime as issued, in seconds; absent when the server did not say. */
  readonly lifetimeSeconds?: number | undefined;
}

/** The tokens of one {@link CredentialKey}. */
export interface OAuth2Credentials {
  readonly accessToken: AccessToken;
  /** Absent where the provider gives none; it may be good for one use only. */
  readonly refreshToken?: Secret | undefined;
  /** Lifetime of the access token as issued, in seconds; absent when the server did not say. */
  readonly lifetimeSeconds?: number | undefined;
  readonly account?: AccountIdentity | undefined;
  /** Access tokens for single resources, beside the one for all. @defaultValue none */
  readonly resourceTokens?: readonly ResourceToken[] | undefined;
}

/** What the sealed credentials of a key are bound to. */
export function credentialsContext(key: CredentialKey): SealingContext {
  return { key, field: "credentials" };
}

interface EncodedToken {
  readonly access_token: string;
  readonly token_type: string;
  readonly scopes: readonly string[];
  readonly lifetime_seconds?: number | undefined;
  readonly dpop_key?: string | undefined;
}

interface EncodedResourceToken extends EncodedToken {
  readonly resource: string;
  /** How much later than the credentials' access token it expires, in milliseconds. */
  readonly expires_later_ms?: number | undefined;
  /** How long after the write it expires, in milliseconds, where that token's expiry is unknown. */
  readonly expires_after_write_ms?: number | undefined;
}

interface EncodedCredentials extends EncodedToken {
  readonly refresh_token?: string | undefined;
  readonly account?: AccountIdentity | undefined;
  readonly resource_tokens?: readonly EncodedResourceToken[] | undefined;
}

/**
 * Writes credentials as the bytes that are sealed; the access token's expiry stays outside, on the store's
 * clock.
 *
 * @param writtenAt - when they are stored. Without it, and without an expiry of the access token, the
 * expiry of tokens for single resources (RFC 8707) is not kept.
 */
export function encodeCredentials(credentials: OAuth2Credentials, writtenAt?: Date): Buffer {
  const { accessToken, refreshToken, lifetimeSeconds, account, resourceTokens } = credentials;
  const encoded: EncodedCredentials = {
    ...encodeToken(accessToken, lifetimeSeconds),
    refresh_token: refreshToken?.secret(),
    account,
    resource_tokens: resourceTokens?.map((token) => ({
      ...encodeToken(token.accessToken, token.lifetimeSeconds),
      resource: token.resource,
      ...encodeExpiry(token.accessToken.expiresAt, accessToken.expiresAt, writtenAt),
    })),
  };
  return Buffer.from(JSON.stringify(encoded), "utf8");
}

/**
 * Reads what {@link encodeCredentials} wrote; the bytes are authenticated, so their shape is ours.
 *
 * @param expiresAt - when the access token expires; absent when unknown.
 * @param writtenAt - when the credentials were stored, on the same clock.
 */
export function decodeCredentials(
  bytes: Uint8Array,
  expiresAt: Date | undefined,
  writtenAt?: Date,
): OAuth2Credentials {
  const stored = JSON.parse(asBuffer(bytes).toString("utf8")) as EncodedCredentials;
  return {
    accessToken: decodeToken(stored, expiresAt),
    refreshToken: stored.refresh_token === undefined ? undefined : new Secret(stored.refresh_token),
    lifetimeSeconds: stored.lifetime_seconds,
    account: stored.account,
    resourceTokens: stored.resource_tokens?.map((token) => ({
      resource: token.resource,
      accessToken: decodeToken(
        token,
        later(expiresAt, token.expires_later_ms) ?? later(writtenAt, token.expires_after_write_ms),
      ),
      lifetimeSeconds: token.lifetime_seconds,
    })),
  };
}

function encodeToken(token: AccessToken, lifetimeSeconds: number | undefined): EncodedToken {
  return {
    access_token: token.secret(),
    token_type: token.tokenType,
    scopes: token.scopes,
    lifetime_seconds: lifetimeSeconds,
    dpop_key: token.dpopKey?.secret(),
  };
}

function decodeToken(token: EncodedToken, expiresAt: Date | undefined): AccessToken {
  return new AccessToken(token.access_token, {
    expiresAt,
    scopes: token.scopes,
    tokenType: token.token_type,
    dpopKey: token.dpop_key === undefined ? undefined : new Secret(token.dpop_key),
  });
}

function encodeExpiry(
  expiresAt: Date | undefined,
  ofAccessToken: Date | undefined,
  writtenAt: Date | undefined,
): Pick<EncodedResourceToken, "expires_later_ms" | "expires_after_write_ms"> {
  return ofAccessToken === undefined
    ? { expires_after_write_ms: difference(expiresAt, writtenAt) }
    : { expires_later_ms: difference(expiresAt, ofAccessToken) };
}

function difference(one: Date | undefined, other: Date | undefined): number | undefined {
  return one && other && one.getTime() - other.getTime();
}

function later(date: Date | undefined, ms: number | undefined): Date | undefined {
  return date && ms !== undefined ? new Date(date.getTime() + ms) : undefined;
}

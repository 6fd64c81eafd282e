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

/** The tokens of one {@link CredentialKey}. */
export interface OAuth2Credentials {
  readonly accessToken: AccessToken;
  /** Absent where the provider gives none; it may be good for one use only. */
  readonly refreshToken?: Secret | undefined;
  /** Lifetime of the access token as issued, in seconds; absent when the server did not say. */
  readonly lifetimeSeconds?: number | undefined;
  readonly account?: AccountIdentity | undefined;
}

/** What the sealed credentials of a key are bound to. */
export function credentialsContext(key: CredentialKey): SealingContext {
  return { key, field: "credentials" };
}

/** Writes credentials as the bytes that are sealed; expiry stays outside, on the store's clock. */
export function encodeCredentials(credentials: OAuth2Credentials): Buffer {
  const { accessToken, refreshToken, lifetimeSeconds, account } = credentials;
  return Buffer.from(
    JSON.stringify({
      access_token: accessToken.secret(),
      refresh_token: refreshToken?.secret(),
      token_type: accessToken.tokenType,
      scopes: accessToken.scopes,
      lifetime_seconds: lifetimeSeconds,
      account,
    }),
    "utf8",
  );
}

/** Reads what {@link encodeCredentials} wrote; the bytes are authenticated, so their shape is ours. */
export function decodeCredentials(
  bytes: Uint8Array,
  expiresAt: Date | undefined,
): OAuth2Credentials {
  const stored = JSON.parse(asBuffer(bytes).toString("utf8")) as {
    readonly access_token: string;
    readonly refresh_token?: string;
    readonly token_type: string;
    readonly scopes: readonly string[];
    readonly lifetime_seconds?: number;
    readonly account?: AccountIdentity;
  };
  return {
    accessToken: new AccessToken(stored.access_token, {
      expiresAt,
      scopes: stored.scopes,
      tokenType: stored.token_type,
    }),
    refreshToken: stored.refresh_token === undefined ? undefined : new Secret(stored.refresh_token),
    lifetimeSeconds: stored.lifetime_seconds,
    account: stored.account,
  };
}

import { type AccessToken, ConfigurationError } from "@rak-oauth/core";
import type { GetTokenOptions } from "./token-source.js";

/** What a caller needs of a token for it to be served without asking the provider. */
export interface TokenNeed {
  /** How long it has to be good for, in milliseconds. */
  readonly minimumRemainingMs: number;
  /** The one resource it has to be good for; without it, those of the configuration. */
  readonly resource?: string | undefined;
  /** A token that will not do, although it is good by its date; `stored`: whichever is stored now. */
  readonly refused?: AccessToken | "stored" | undefined;
}

/** A need that no longer depends on the moment: what is refused is known. */
export type SettledNeed = TokenNeed & { readonly refused?: AccessToken | undefined };

/** A token, and what is known of its life. */
export interface IssuedToken {
  readonly token: AccessToken;
  /** Lifetime as issued, in seconds; absent when unknown. */
  readonly lifetimeSeconds?: number | undefined;
}

/** A token and how it was had. */
export interface ObtainedToken extends IssuedToken {
  /** Whether it took a request to the provider. */
  readonly refreshed: boolean;
  /** Until when it may be used without asking the store again; absent when the store tells of changes. */
  readonly believedUntilMs?: number | undefined;
}

/**
 * Reads what a caller asked for.
 *
 * @throws ConfigurationError naming the option that cannot work, and its mend.
 */
export function toNeed(request: GetTokenOptions): TokenNeed {
  const { forceRefresh, minValidSeconds = 0, resource, scopes } = request;
  if (!(minValidSeconds >= 0)) {
    throw invalid("minValidSeconds", minValidSeconds, "must be a number of seconds, 0 or more");
  }
  if (resource !== undefined && !(URL.canParse(resource) && !resource.includes("#"))) {
    throw invalid("resource", resource, "must be an absolute URL without fragment (RFC 8707 §2)");
  }
  if (scopes !== undefined && !Array.isArray(scopes)) {
    throw invalid("scopes", scopes, 'must be a list, such as ["calendar.read"]');
  }
  return {
    minimumRemainingMs: minValidSeconds * 1000,
    resource,
    refused: forceRefresh === true ? "stored" : forceRefresh || undefined,
  };
}

/** Good enough to be used as if nothing were wrong. */
export function isFresh(
  token: AccessToken,
  remainingMs: number,
  lifetimeMs: number,
  need: SettledNeed,
): boolean {
  return (
    remainingMs > Math.min(need.minimumRemainingMs, 0.9 * lifetimeMs) &&
    token.secret() !== need.refused?.secret()
  );
}

/** Whether whoever asks for `wider` gets what will do for `need`, as far as it can be had. */
export function covers(wider: TokenNeed, need: TokenNeed): boolean {
  const coversRefusal =
    wider.refused === "stored" || need.refused === undefined || wider.refused === need.refused;
  return coversRefusal && wider.minimumRemainingMs >= need.minimumRemainingMs;
}

function invalid(name: string, value: unknown, must: string): ConfigurationError {
  return new ConfigurationError(`getToken: ${name} is ${JSON.stringify(value)} and ${must}.`);
}

/** Any token will do that is good by its date. */
export function asksForNothing({
  minValidSeconds,
  scopes,
  forceRefresh,
}: GetTokenOptions): boolean {
  return minValidSeconds === undefined && scopes === undefined && forceRefresh === undefined;
}

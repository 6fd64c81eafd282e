import { memberAt, type OAuth2Credentials } from "@rak-oauth/core";
import {
  type AnswerBody,
  type AnswerOptions,
  isObject,
  malformed,
  readAnswer,
  textOf,
} from "./endpoint-answer.js";
import type { EndpointAnswer } from "./endpoint-transport.js";
import { assertSameAccount } from "./same-account.js";

const longestLifetimeSeconds = 10 * 365 * 24 * 60 * 60;

/** A token endpoint's answer after {@link normaliseTokenResponse}: the fields of RFC 6749 §5.1. */
export interface NormalTokenResponse {
  readonly access_token: string;
  readonly token_type: TokenType;
  readonly expires_in?: number | undefined;
  readonly refresh_token?: string | undefined;
  /** Scopes separated by single spaces. */
  readonly scope?: string | undefined;
  readonly id_token?: string | undefined;
  /** What a token exchange gave (RFC 8693 §2.2.1). */
  readonly issued_token_type?: string | undefined;
}

/** How a token is presented; `N_A` is one that is not presented to an API at all (RFC 8693 §2.2.1). */
export type TokenType = "Bearer" | "DPoP" | "N_A";

const tokenTypes: ReadonlyMap<string, TokenType> = new Map([
  ["bearer", "Bearer"],
  ["dpop", "DPoP"],
  ["n_a", "N_A"],
]);

/** A token type as it is written, from any case; nothing when it is not known. */
export function parseTokenType(text: string): TokenType | undefined {
  return tokenTypes.get(text.toLowerCase());
}

const unwanted: Readonly<Record<Exclude<TokenType, "Bearer"> | "unknown", string>> = {
  DPoP: "its token_type is DPoP, and no key was shown; set useDpop",
  N_A: "its token_type is N_A, so it holds no access token; ask for one by requestedTokenType",
  unknown: "its token_type is not Bearer",
};

/** What {@link normaliseTokenResponse} must know beside the answer. */
export interface NormaliseOptions extends AnswerOptions {
  /** What is refreshed: its type is that of an answer that names none, and its account must stay. */
  readonly previous?: OAuth2Credentials | undefined;
  /** Types that were asked for beside Bearer. @defaultValue none */
  readonly acceptedTypes?: readonly TokenType[] | undefined;
  /** Whether an ID token is wanted; elsewhere it is dropped, for nothing it says may cost a token. */
  readonly keepIdToken: boolean;
}

/**
 * Reads whatever a token endpoint answered and gives it in the one form of RFC 6749 §5.1.
 *
 * @throws TokenRequestError, without anything of the body but its OAuth error code, for everything
 * that is not a token.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5
 */
export async function normaliseTokenResponse(
  response: EndpointAnswer,
  options: NormaliseOptions,
): Promise<NormalTokenResponse> {
  const { config } = options;
  const { status } = response;
  const body = tokensIn(await readAnswer(response, options), options);
  const accessToken = textOf(body["access_token"]);
  if (accessToken === undefined) throw malformed(options, status, "access_token is missing");
  if (!/^[\x20-\x7e]+$/.test(accessToken)) {
    const problem = "access_token holds characters that no header can carry (RFC 6749 §A.12)";
    throw malformed(options, status, problem);
  }
  if (options.previous) assertSameAccount(config, body["id_token"], options.previous);
  return {
    access_token: accessToken,
    token_type: readTokenType(body["token_type"], status, options),
    expires_in: parseExpiresIn(body["expires_in"]) ?? config.quirks.defaultExpiresInSeconds,
    refresh_token: textOf(body["refresh_token"]),
    scope: parseScope(body["scope"])?.join(" ") || undefined,
    id_token: options.keepIdToken ? textOf(body["id_token"]) : undefined,
    issued_token_type: textOf(body["issued_token_type"]),
  };
}

/** Some providers put a user's tokens into a member of the answer. */
function tokensIn(body: AnswerBody, { config }: NormaliseOptions): AnswerBody {
  const { tokenMember } = config.quirks;
  const inner = tokenMember && memberAt(body, tokenMember);
  return isObject(inner) && textOf(inner["access_token"]) !== undefined ? inner : body;
}

/**
 * A lifetime in seconds: a positive number, or text that is one; longer ones are cut to ten years.
 * Anything else is unknown, never `NaN`.
 */
export function parseExpiresIn(value: unknown): number | undefined {
  const seconds =
    typeof value === "string" && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds <= 0) return undefined;
  return Math.min(seconds, longestLifetimeSeconds);
}

function readTokenType(value: unknown, status: number, options: NormaliseOptions): TokenType {
  const given =
    textOf(value) ??
    options.previous?.accessToken.tokenType ??
    options.config.quirks.defaultTokenType;
  if (given === undefined) {
    throw malformed(
      options,
      status,
      "token_type is missing; if the provider is known to leave it out, set quirks.defaultTokenType",
      "configuration",
    );
  }
  const isBearer = options.config.quirks.bearerTokenTypes?.includes(given) === true;
  const type = isBearer ? "Bearer" : parseTokenType(given);
  if (type === "Bearer" || (type !== undefined && options.acceptedTypes?.includes(type))) {
    return type;
  }
  throw malformed(options, status, unwanted[type ?? "unknown"], "configuration");
}

/** Scopes come as text with spaces (RFC 6749 §3.3), with commas, or as a list. */
function parseScope(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.filter((scope) => typeof scope === "string");
  return textOf(value)
    ?.split(/[\s,]+/)
    .filter((scope) => scope !== "");
}

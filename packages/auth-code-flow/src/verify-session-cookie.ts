import { createHmac } from "node:crypto";
import { ConfigurationError, Secret } from "@rak-oauth/core";
import { equalSecrets } from "./browser-binding.js";
import type { SessionUser } from "./is-user.js";
import { readCookie } from "./read-cookie.js";
import { createSessionVerifier, type SessionVerifier } from "./session-verifier.js";

export type { SessionUser };

/** Options of {@link verifySessionCookie}. */
export interface VerifySessionCookieOptions {
  readonly cookieName: string;
  /** Secrets that sign the cookie, any of which is accepted: to change one, put the new one in front. */
  readonly secrets: readonly (string | Secret)[];
  /**
   * Whose session it is, from the signed value, such as a look-up of a session id; nothing for a
   * session that has ended. A text is the id of a user without tenant.
   *
   * @defaultValue the value is the user's id
   */
  readonly userIdOf?:
    | ((value: string, request: Request) => MaybeUser | Promise<MaybeUser>)
    | undefined;
}

type MaybeUser = SessionUser | string | undefined;

const shortestSecretBytes = 16;
const longestCookieLength = 4096;

/**
 * Recognises the user by your application's session cookie: `value.signature`, with HMAC-SHA256 in
 * base64 or base64url, as Hono's signed cookies, Better Auth, and Express with `cookie-signature`
 * (`s:value.signature`) write it. The cookie has to reach this server: same host name, or a `Domain`
 * above both.
 *
 * The signature covers the value and not the cookie's name. Where the same secret signs other cookies
 * whose values people choose, `userIdOf` has to tell them apart.
 *
 * @throws ConfigurationError without a name or a secret of 16 bytes or more.
 */
export function verifySessionCookie(options: VerifySessionCookieOptions): SessionVerifier {
  const { cookieName, userIdOf = (value: string) => value } = options;
  if (typeof cookieName !== "string" || !/^[\w!#$%&'*.^`|~+-]+$/.test(cookieName)) {
    throw faulty(`cookieName is ${JSON.stringify(cookieName)} and must be the name of a cookie.`);
  }
  const secrets = options.secrets.map((secret) =>
    secret instanceof Secret ? secret : new Secret(secret),
  );
  if (secrets.length === 0) throw faulty("secrets is empty. Give the one that signs the cookie.");
  if (secrets.some((secret) => Buffer.byteLength(secret.secret()) < shortestSecretBytes)) {
    throw faulty(
      `a secret is shorter than ${shortestSecretBytes} bytes, which can be guessed. Use one of 32 random bytes.`,
    );
  }
  return createSessionVerifier(async (request) => {
    const cookie = readCookie(request, cookieName);
    const value = cookie === undefined ? undefined : openCookie(cookie, secrets);
    return value === undefined ? undefined : userIdOf(value, request);
  });
}

/** The value of a cookie that one of the secrets has signed. */
function openCookie(cookie: string, secrets: readonly Secret[]): string | undefined {
  if (cookie.length > longestCookieLength) return undefined;
  const text = decode(cookie.replace(/^"(.*)"$/, "$1"));
  const separator = text?.lastIndexOf(".") ?? -1;
  if (text === undefined || separator < 1) return undefined;
  const signature = text.slice(separator + 1);
  const signed = text.slice(0, separator);
  // Express marks signed cookies, and does not sign the mark.
  const values = signed.startsWith("s:") ? [signed.slice(2), signed] : [signed];
  return values.find((value) =>
    secrets.some((secret) => equalSecrets(sign(value, secret), normalise(signature))),
  );
}

function sign(value: string, secret: Secret): string {
  return createHmac("sha256", secret.secret()).update(value, "utf8").digest("base64url");
}

/** Base64 and base64url, with and without padding, in one form. */
function normalise(signature: string): string {
  return signature.replaceAll("+", "-").replaceAll("/", "_").replace(/=$/, "");
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`verifySessionCookie: ${problem}`);
}

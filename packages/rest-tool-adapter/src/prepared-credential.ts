import { OAuth2Error } from "@rak-oauth/core";
import { isCookieValue, isHeaderValue } from "./header-rules.js";
import { Redactor } from "./redactor.js";
import type { CarriedSecret, RequestCredential } from "./tool-auth.js";

/** A credential as it is written on requests. */
export interface PreparedCredential {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Pairs of a `Cookie` header; empty where there are none. */
  readonly cookies: readonly string[];
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Takes it out of answers. */
  readonly redactor: Redactor;
}

/** One credential serves many requests, and checking a long token is not free. */
const prepared = new WeakMap<RequestCredential, PreparedCredential>();

/**
 * Checks a credential and writes it down, once.
 *
 * @throws OAuth2Error when it cannot stand where it travels.
 */
export function prepareCredential(credential: RequestCredential): PreparedCredential {
  const known = prepared.get(credential);
  if (known !== undefined) return known;
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  const query: [string, string][] = [];
  for (const carried of credential.carried) {
    const { name, in: place } = carried.carrier;
    const value = checkedText(carried);
    if (place === "header") headers[name.toLowerCase()] = value;
    else if (place === "cookie") cookies.push(`${name}=${value}`);
    else query.push([name, value]);
  }
  const fresh = { headers, cookies, query, redactor: new Redactor(credential.secrets) };
  prepared.set(credential, fresh);
  return fresh;
}

/** Checked here: the HTTP client would quote the value in its error. */
function checkedText({ carrier, value }: CarriedSecret): string {
  const text = value.secret();
  if (
    (carrier.in === "header" && !isHeaderValue(text)) ||
    (carrier.in === "cookie" && !isCookieValue(text))
  ) {
    throw new OAuth2Error(
      "tool_request_failed",
      `The credential contains a character that no ${carrier.in} may carry.`,
    );
  }
  return text;
}

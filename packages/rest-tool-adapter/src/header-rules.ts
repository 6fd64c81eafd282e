const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;
const cookieValue = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

const reserved = new Set([
  "authorization",
  "connection",
  "content-length",
  "cookie",
  "cookie2",
  "dpop",
  "expect",
  "forwarded",
  "host",
  "keep-alive",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);
const reservedPrefix = /^(?:proxy-|sec-|x-forwarded-)/;

/**
 * Tells whether a text may be a header's or a cookie's name.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
 */
export function isHeaderName(name: string): boolean {
  return token.test(name);
}

/**
 * Tells whether a text can stand in a header as it is: no line break, no character past U+00FF.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5
 */
export function isHeaderValue(text: string): boolean {
  return value.test(text);
}

/**
 * Tells whether a text can be a cookie's value as it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1
 */
export function isCookieValue(text: string): boolean {
  return cookieValue.test(text);
}

/** Tells whether a header says who calls, or frames and routes the message: never a parameter's. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return reserved.has(lower) || reservedPrefix.test(lower);
}

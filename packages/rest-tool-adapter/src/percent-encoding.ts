/**
 * Percent-encodes all but letters, digits and `-._~`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-2.3
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, asPercent);
}

/**
 * The same for a value of the query, leaving what is reserved but separates nothing there. A `%` is
 * encoded as well: what the server decodes is what was given.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6570#section-3.2.3
 */
export function percentEncodeForQuery(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|2F|3F|40|24|2C|3D)/g, decodeURIComponent);
}

/** The same for a value of the path, leaving what is reserved but separates nothing there. */
export function percentEncodeForPath(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|40|24|26|2B|2C|3D)/g, decodeURIComponent);
}

/**
 * Percent-encodes what no cookie may carry, and `%`: servers that decode cookies and servers that do
 * not then read the same, wherever that is possible.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1
 */
export function percentEncodeForCookie(text: string): string {
  return text.replace(/[^\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g, encodeURIComponent);
}

function asPercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

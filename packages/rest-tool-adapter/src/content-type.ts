/**
 * Tells whether a media type is JSON, or a kind of it such as `application/problem+json`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6839#section-3.1
 */
export function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType);
}

/** The `charset` of a media type, in lower case; `utf-8` where it says none. */
export function charsetOf(contentType: string): string {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? "utf-8";
}

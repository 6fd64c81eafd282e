/** The value of a cookie, as it was sent; nothing when it is absent, or there more than once. */
export function readCookie(request: Request, name: string): string | undefined {
  const found: string[] = [];
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const separator = pair.indexOf("=");
    if (separator > 0 && pair.slice(0, separator).trim() === name) {
      found.push(pair.slice(separator + 1).trim());
    }
  }
  // Of two cookies with one name, at least one was planted.
  return found.length === 1 ? found[0] : undefined;
}

/** An ID token as a server gives it over TLS, where its signature adds nothing. */
export function createIdToken(
  nonce: string | null,
  claims: Readonly<Record<string, unknown>> = { email: "home@example.com" },
): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const fixed = { iss: "https://as.example", aud: "agent", sub: "home", nonce };
  const times = { iat: now, exp: now + 60 };
  return `${encode({ alg: "RS256" })}.${encode({ ...fixed, ...times, ...claims })}.${encode({})}`;
}

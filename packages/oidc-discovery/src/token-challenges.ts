/** A challenge of `WWW-Authenticate` to present a token: its parameters, names in lower case. */
export type TokenChallenge = ReadonlyMap<string, string>;

/** How access tokens are presented (RFC 6750, RFC 9449). */
const tokenSchemes: readonly string[] = ["bearer", "dpop"];

// A parameter, or a scheme with what may follow it directly (token68).
const part =
  /[\s,]*(?:(?<name>[!#$%&'*+\-.^_`|~\w]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,"=]+)(?=[\s,]|$))|(?<scheme>[!#$%&'*+\-.^_`|~\w]+)(?:\s+[\w\-.~+/]+=*(?=\s*(?:,|$)))?)/y;

/**
 * The challenges of a `WWW-Authenticate` header that ask for an access token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseTokenChallenges(header: string): readonly TokenChallenge[] {
  const challenges: TokenChallenge[] = [];
  let open: Map<string, string> | undefined;
  part.lastIndex = 0;
  for (let match = part.exec(header); match !== null; match = part.exec(header)) {
    const { name, quoted, bare, scheme } = match.groups ?? {};
    if (scheme !== undefined) {
      open = undefined;
      if (tokenSchemes.includes(scheme.toLowerCase())) {
        open = new Map();
        challenges.push(open);
      }
    } else if (name !== undefined) {
      open?.set(name.toLowerCase(), bare ?? (quoted ?? "").replace(/\\(.)/g, "$1"));
    }
  }
  return challenges;
}

/** The scopes a challenge names, as far as they are of the characters that scopes have (RFC 6749 §3.3). */
export function scopesOf(challenge: TokenChallenge): readonly string[] {
  const scopes = (challenge.get("scope") ?? "").split(" ");
  return scopes.filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
}

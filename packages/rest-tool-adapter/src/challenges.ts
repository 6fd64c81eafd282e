/** A challenge of `WWW-Authenticate` to present a token: its parameters, names in lower case. */
export type Challenge = Map<string, string>;

/** How access tokens are presented (RFC 6750, RFC 9449). */
const tokenSchemes: readonly string[] = ["bearer", "dpop"];

// A parameter, or a scheme with what may follow it directly (token68).
const part =
  /[\s,]*(?:(?<name>[!#$%&'*+\-.^_`|~\w]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,"=]+)(?=[\s,]|$))|(?<scheme>[!#$%&'*+\-.^_`|~\w]+)(?:\s+[\w\-.~+/]+=*(?=\s*(?:,|$)))?)/y;

/**
 * The scopes an API says are missing; empty when it says that some are but not which, and nothing
 * when it does not say so.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function findInsufficientScope(header: string | null): readonly string[] | undefined {
  for (const challenge of parseTokenChallenges(header ?? "")) {
    if (challenge.get("error") !== "insufficient_scope") continue;
    return scopesOf(challenge);
  }
  return undefined;
}

/**
 * Tells whether an API wants the request again, with a nonce in its proof.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-9
 */
export function asksForNonce(header: string | null): boolean {
  return parseTokenChallenges(header ?? "").some(
    (challenge) => challenge.get("error") === "use_dpop_nonce",
  );
}

/** The scopes a challenge names, as far as they are of the characters that scopes have. */
export function scopesOf(challenge: Challenge): readonly string[] {
  const scopes = (challenge.get("scope") ?? "").split(" ");
  // RFC 6749 §3.3.
  return scopes.filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
}

/** The challenges of a `WWW-Authenticate` header that ask for an access token. */
export function parseTokenChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let open: Challenge | undefined;
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

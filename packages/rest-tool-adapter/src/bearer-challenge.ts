/** A Bearer challenge of `WWW-Authenticate`: its parameters, names in lower case. */
type Challenge = Map<string, string>;

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
  for (const challenge of parseBearerChallenges(header ?? "")) {
    if (challenge.get("error") !== "insufficient_scope") continue;
    const scopes = (challenge.get("scope") ?? "").split(" ");
    // The characters of RFC 6749 §3.3.
    return scopes.filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope));
  }
  return undefined;
}

function parseBearerChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let open: Challenge | undefined;
  part.lastIndex = 0;
  for (let match = part.exec(header); match !== null; match = part.exec(header)) {
    const { name, quoted, bare, scheme } = match.groups ?? {};
    if (scheme !== undefined) {
      open = undefined;
      if (scheme.toLowerCase() === "bearer") {
        open = new Map();
        challenges.push(open);
      }
    } else if (name !== undefined) {
      open?.set(name.toLowerCase(), bare ?? (quoted ?? "").replace(/\\(.)/g, "$1"));
    }
  }
  return challenges;
}

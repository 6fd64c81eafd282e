import { findInsufficientScope } from "./challenges.js";

/** One provider's way to say that scopes are missing. */
type Dialect = (response: ScopedResponse, body: unknown) => readonly string[] | undefined;

/** As much of an answer as tells what is missing. */
type ScopedResponse = Pick<Response, "status" | "headers">;

/**
 * The scopes an API says are missing; empty when it says that some are but not which, and nothing
 * when it does not say so. Read are the standard's challenge, and what Google, GitHub and Slack say
 * instead of it.
 *
 * @param body - the answer's body: parsed JSON, or anything else
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function findMissingScopes(
  response: ScopedResponse,
  body: unknown,
): readonly string[] | undefined {
  let unnamed: readonly string[] | undefined;
  for (const dialect of dialects) {
    const missing = dialect(response, body);
    if (missing !== undefined && missing.length > 0) return missing;
    unnamed ??= missing;
  }
  return unnamed;
}

// Headers are read once it is sure that they say something: a tool's answer makes them when it is asked.
const byChallenge: Dialect = (response) =>
  response.status === 401 || response.status === 403
    ? findInsufficientScope(response.headers.get("www-authenticate"))
    : undefined;

const googleReasons: readonly unknown[] = [
  "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
  "insufficientPermissions",
];

/** @see https://cloud.google.com/apis/design/errors#error_model */
const byGoogleError: Dialect = ({ status }, body) => {
  if (status !== 403) return undefined;
  const error = field(body, "error");
  const reasons = [field(error, "details"), field(error, "errors")]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((item) => field(item, "reason"));
  return reasons.some((reason) => googleReasons.includes(reason)) ? [] : undefined;
};

/**
 * GitHub names what a token has and what would do; one of those is enough. It says 404 where the
 * token may not even know that there is something.
 *
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
 */
const byGitHubHeaders: Dialect = (response) => {
  if (response.status !== 403 && response.status !== 404) return undefined;
  const { headers } = response;
  // A 403 for too many requests carries the same headers.
  if (headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after")) return undefined;
  const held = headers.get("x-oauth-scopes");
  const accepted = listOf(headers.get("x-accepted-oauth-scopes") ?? "");
  if (held === null || accepted.length === 0) return undefined;
  const granted = listOf(held);
  if (accepted.some((scope) => granted.some((given) => includesOnGitHub(given, scope)))) {
    return undefined;
  }
  const [narrowest] = accepted.toSorted((one, other) => breadthOf(one) - breadthOf(other));
  return narrowest === undefined ? undefined : [narrowest];
};

/** @see https://api.slack.com/web#evaluating_responses */
const bySlackBody: Dialect = ({ status }, body) => {
  if (status !== 200 || field(body, "ok") !== false || field(body, "error") !== "missing_scope") {
    return undefined;
  }
  const needed = field(body, "needed");
  return typeof needed === "string" ? listOf(needed) : [];
};

const dialects: readonly Dialect[] = [byChallenge, byGoogleError, byGitHubHeaders, bySlackBody];

/** Whether a scope of GitHub gives what another one does. */
function includesOnGitHub(given: string, wanted: string): boolean {
  if (given === wanted || wanted.startsWith(`${given}:`)) return true;
  const [level, subject] = given.split(":");
  const [wantedLevel, wantedSubject] = wanted.split(":");
  if (given === "repo") return wanted === "public_repo" || wanted === "security_events";
  if (wantedSubject === undefined) return false;
  if (given === wantedSubject) return wantedLevel === "read";
  if (subject !== wantedSubject) return false;
  return level === "admin" || (level === "write" && wantedLevel === "read");
}

/** Reading before parts of something, before all of it, before changing and administering. */
function breadthOf(scope: string): number {
  if (scope.startsWith("read:")) return 0;
  if (/^(?:admin|write|delete|manage)[:_]/.test(scope)) return 3;
  return scope.includes(":") || scope.startsWith("public_") ? 1 : 2;
}

/** Scopes separated by commas, as far as they are of the characters that scopes have. */
function listOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => /^[\w.:/-]+$/.test(scope));
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

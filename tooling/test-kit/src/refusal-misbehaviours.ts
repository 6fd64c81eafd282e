import {
  altered,
  type Misbehaviour,
  type MisbehaviourKind,
  page,
  refused,
  rewritten,
} from "./misbehaviour.js";

const okButError: readonly (readonly [error: string, kind: MisbehaviourKind])[] = [
  ["invalid_grant", "terminal"],
  ["server_error", "transient"],
  ["bad_verification_code", "configuration"],
];

const refusals: readonly (readonly [status: number, error: string, kind: MisbehaviourKind])[] = [
  [400, "invalid_grant", "terminal"],
  [401, "invalid_grant", "terminal"],
  [403, "invalid_grant", "terminal"],
  [401, "invalid_client", "configuration"],
  [400, "invalid_client", "configuration"],
  [400, "unauthorized_client", "configuration"],
  [400, "unsupported_grant_type", "configuration"],
  [400, "invalid_scope", "configuration"],
  [400, "invalid_request", "configuration"],
  [400, "unsupported_token_type", "configuration"],
  [400, "temporarily_unavailable", "transient"],
  [400, "slow_down", "transient"],
  [500, "server_error", "transient"],
  // What a proxy in trouble sends along does not condemn a grant.
  [429, "invalid_grant", "transient"],
  [503, "invalid_grant", "transient"],
];

const retryAfters: readonly (readonly [
  value: string,
  retryAfterMs: number | "unknown" | "clamped",
])[] = [
  ["30", 30_000],
  ["0", 0],
  ["-1", "unknown"],
  ["soon", "unknown"],
  ["1e400", "unknown"],
  ["99999999999", "clamped"],
  ["Wed, 31 Dec 1969 00:00:00 GMT", 0],
];

/** Answers that refuse, in every manner and status. */
export const refusalMisbehaviours: readonly Misbehaviour[] = [
  ...okButError.map(
    ([error, kind]): Misbehaviour => ({
      name: `HTTP 200 with error ${error}`,
      requirement: "TR-03",
      kind,
      answer: refused(200, { error }),
    }),
  ),
  {
    name: "HTTP 200 with tokens and an error",
    requirement: "TR-03",
    kind: "configuration",
    answer: altered({ error: "partial_failure" }),
  },
  {
    name: "HTTP 200 with tokens and error null",
    requirement: "TR-03",
    kind: "token",
    answer: altered({ error: null, error_description: null }),
  },
  {
    name: "ok is false, with tokens",
    requirement: "TR-03",
    kind: "transient",
    answer: altered({ ok: false }),
  },
  {
    name: "ok is false, with an error",
    requirement: "TR-03",
    kind: "configuration",
    answer: refused(200, { ok: false, error: "invalid_code" }),
  },
  {
    name: "the error is no code",
    requirement: "TR-04",
    kind: "configuration",
    answer: ({ canary }) => ({
      status: 400,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ error: `<script>${canary}</script>` }),
    }),
  },
  {
    name: "the error is an object",
    requirement: "TR-07",
    kind: "transient",
    answer: refused(400, { error: { message: "expired", code: 190 } }),
  },
  ...refusals.map(
    ([status, error, kind]): Misbehaviour => ({
      name: `HTTP ${status} with error ${error}`,
      requirement: "TR-07",
      kind,
      answer: refused(status, { error }, status === 401 ? { "www-authenticate": "Basic" } : {}),
    }),
  ),
  ...[400, 401, 403, 404, 408, 418, 429, 500, 502, 503, 504, 520].map(
    (status): Misbehaviour => ({
      name: `HTTP ${status} with a page`,
      requirement: "TR-07",
      kind: "transient",
      answer: page(status),
    }),
  ),
  ...[400, 404, 503].map(
    (status): Misbehaviour => ({
      name: `HTTP ${status} with JSON that is not OAuth's`,
      requirement: "TR-07",
      kind: "transient",
      answer: refused(status, { message: "no" }),
    }),
  ),
  {
    name: "HTTP 503 with tokens",
    requirement: "TR-07",
    kind: "transient",
    answer: ({ commit }) => ({
      status: 503,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(commit().body ?? {}),
    }),
  },
  ...retryAfters.flatMap(([value, retryAfterMs]) =>
    [429, 503].map(
      (status): Misbehaviour => ({
        name: `HTTP ${status} with Retry-After ${value}`,
        requirement: "TR-07",
        kind: "transient",
        retryAfterMs,
        answer: page(status, { "retry-after": value }),
      }),
    ),
  ),
  {
    name: "HTTP 503 with Retry-After as a date",
    requirement: "TR-07",
    kind: "transient",
    retryAfterMs: 30_000,
    answer: (exchange) => {
      const { receivedAt } = exchange.request;
      const date = new Date(receivedAt).toUTCString();
      const later = new Date(receivedAt + 30_000).toUTCString();
      return page(503, { date, "retry-after": later })(exchange);
    },
  },
  ...[301, 302, 303, 307, 308].map(
    (status): Misbehaviour => ({
      name: `HTTP ${status} to another address`,
      requirement: "TR-08",
      kind: "configuration",
      answer: ({ url, canary }) => ({
        status,
        headers: { location: `${url}/elsewhere?${canary}` },
        body: canary,
      }),
    }),
  ),
  {
    name: "a DPoP nonce is asked for",
    requirement: "TR-11",
    kind: "configuration",
    answer: (exchange) =>
      refused(
        400,
        { error: "use_dpop_nonce" },
        { "dpop-nonce": exchange.canary, "www-authenticate": 'DPoP error="use_dpop_nonce"' },
      )(exchange),
  },
  {
    name: "HTTP 201 with tokens",
    requirement: "TR-04",
    kind: "token",
    answer: async (exchange) => {
      const answer = await rewritten((body) => JSON.stringify(body))(exchange);
      return answer && { ...answer, status: 201 };
    },
  },
];

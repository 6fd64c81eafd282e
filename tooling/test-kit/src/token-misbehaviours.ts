import { altered, type Misbehaviour, rewritten } from "./misbehaviour.js";

const lifetimes: readonly (readonly [
  json: string,
  lifetimeSeconds: number | "unknown" | "clamped",
])[] = [
  ["60.5", 60.5],
  ['"3600"', 3600],
  ['" 60 "', 60],
  ['"3600abc"', "unknown"],
  ['"-3600"', "unknown"],
  ['"NaN"', "unknown"],
  ['"Infinity"', "unknown"],
  ['""', "unknown"],
  ["-1", "unknown"],
  ["0", "unknown"],
  ["1e400", "unknown"],
  ["-1e400", "unknown"],
  ["9007199254740992", "clamped"],
  ['"99999999999999999999"', "clamped"],
  ["null", "unknown"],
  ["true", "unknown"],
  ["[3600]", "unknown"],
  ['{"seconds":3600}', "unknown"],
];

const lifetimeMisbehaviours: readonly Misbehaviour[] = lifetimes.map(([json, lifetimeSeconds]) => ({
  name: `expires_in is ${json}`,
  requirement: "TR-01",
  kind: "token",
  lifetimeSeconds,
  // As text, for JSON.stringify writes no 1e400.
  answer: rewritten((body) => {
    const { expires_in, ...others } = body;
    return `${JSON.stringify(others).slice(0, -1)},"expires_in":${json}}`;
  }),
}));

const idTokens: readonly (readonly [what: string, idToken: unknown])[] = [
  ["is no JWT", "not.a.jwt"],
  ["is not text", { sub: "somebody" }],
  ["has no signature", unsigned({ alg: "none" }, { sub: "somebody" })],
  ["is another issuer's", unsigned({ alg: "RS256" }, { iss: "https://evil.example", aud: "x" })],
  ["has expired", unsigned({ alg: "RS256" }, { exp: 1, iat: 0 })],
];

/** Answers that hold tokens, in strange forms. */
export const tokenMisbehaviours: readonly Misbehaviour[] = [
  ...lifetimeMisbehaviours,
  {
    name: "expires_in is missing",
    requirement: "TR-01",
    kind: "token",
    lifetimeSeconds: "unknown",
    answer: altered({ expires_in: undefined }),
  },
  ...["bearer", "BEARER", "bEaReR"].map(
    (type): Misbehaviour => ({
      name: `token_type is ${type}`,
      requirement: "TR-02",
      kind: "token",
      answer: altered({ token_type: type }),
    }),
  ),
  ...["mac", "DPoP", "N_A"].map(
    (type): Misbehaviour => ({
      name: `token_type is ${type}`,
      requirement: "TR-02",
      kind: "configuration",
      answer: altered({ token_type: type }),
    }),
  ),
  ...([undefined, null, "", 1] as const).map(
    (type): Misbehaviour => ({
      name: `token_type is ${type === undefined ? "missing" : JSON.stringify(type)}`,
      requirement: "TR-02",
      kind: "configuration",
      // Nothing else is known to come from this server.
      kindOfRefresh: "token",
      answer: altered({ token_type: type }),
    }),
  ),
  ...([undefined, null, "", 7, {}] as const).map(
    (token): Misbehaviour => ({
      name: `refresh_token is ${token === undefined ? "missing" : JSON.stringify(token)}`,
      requirement: "TR-05",
      kind: "token",
      keepsRefreshToken: true,
      answer: altered({ refresh_token: token }),
    }),
  ),
  ...(
    [
      ["narrower", "calendar.free"],
      ["wider", "calendar.free calendar.read mail.send"],
      ["separated by commas", "calendar.free,mail.send"],
      ["a list", ["calendar.free", "mail.send"]],
    ] as const
  ).map(
    ([what, scope]): Misbehaviour => ({
      name: `scope is ${what}`,
      requirement: "TR-06",
      kind: "token",
      scopes: typeof scope === "string" ? scope.split(/[ ,]/) : scope,
      answer: altered({ scope }),
    }),
  ),
  ...([null, "", 7] as const).map(
    (scope): Misbehaviour => ({
      name: `scope is ${JSON.stringify(scope)}`,
      requirement: "TR-06",
      kind: "token",
      answer: altered({ scope }),
    }),
  ),
  ...idTokens.map(
    ([what, idToken]): Misbehaviour => ({
      name: `id_token ${what}`,
      requirement: "TR-09",
      kind: "token",
      answer: altered({ id_token: idToken }),
    }),
  ),
  ...([undefined, null, "", 7, {}] as const).map(
    (token): Misbehaviour => ({
      name: `access_token is ${token === undefined ? "missing" : JSON.stringify(token)}`,
      requirement: "TR-04",
      kind: "transient",
      answer: altered({ access_token: token }),
    }),
  ),
  {
    name: "access_token breaks a header line",
    requirement: "TR-04",
    kind: "transient",
    answer: rewritten((body) =>
      JSON.stringify({ ...body, access_token: `${String(body["access_token"])}\r\nx: y` }),
    ),
  },
];

function unsigned(header: object, claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${encode(header)}.${encode(claims)}.`;
}

import { inspect } from "node:util";
import {
  isOAuth2Error,
  type OAuth2ConfigInput,
  type OAuth2Credentials,
  Secret,
  TokenRequestError,
} from "@rak-oauth/core";
import {
  type HostileServer,
  type IssuedGrant,
  type Misbehaviour,
  misbehaviours,
  startHostileServer,
} from "@rak-oauth/test-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TokenEndpoint } from "../src/index.js";
import { exampleConfig, issued, ManualClock } from "./fixtures.js";

const clock = new ManualClock();
const longestLifetimeSeconds = 10 * 365 * 24 * 60 * 60;
const longestRetryAfterMs = 60 * 60 * 1000;
/** Long enough for this machine to be slow, so that only what never ends is given up. */
const patientMs = 60_000;
const impatientMs = 100;

let server: HostileServer;
let grant: IssuedGrant;
let before: OAuth2Credentials;

beforeAll(async () => {
  server = await startHostileServer({ clock });
});

afterAll(() => server.stop());

beforeEach(() => {
  // One that was given up before it was sent has left its answer behind.
  server.answerAlways(undefined);
  server.answerAlways(undefined, { endpoint: "revocation" });
  grant = server.issueGrant();
  before = issued(clock, { refreshToken: grant.refreshToken, accessToken: grant.accessToken });
});

function endpoint(
  overrides: Partial<OAuth2ConfigInput> = {},
  requestTimeoutMs: number = patientMs,
): TokenEndpoint {
  const config = exampleConfig({
    tokenUrl: `${server.url}/token`,
    revocationUrl: `${server.url}/revoke`,
    clientSecret: server.canary,
    allowInsecureLoopback: true,
    ...overrides,
  });
  // Between tries nothing is waited for: the server is as hostile afterwards.
  return new TokenEndpoint({
    config,
    requestTimeoutMs,
    clock,
    scheduler: { wait: async () => {} },
  });
}

function endpointFor(misbehaviour: Misbehaviour): TokenEndpoint {
  return endpoint({}, misbehaviour.isEndless ? impatientMs : patientMs);
}

function exchangeCode(tokens: TokenEndpoint): Promise<OAuth2Credentials> {
  const state = `${server.canary}-state`;
  const query = new URLSearchParams({ code: server.issueCode(), state });
  const callbackUrl = new URL(`https://app.example/callback?${query}`);
  return tokens.exchangeCode({ callbackUrl, state, scopes: ["calendar.read"] });
}

interface Outcome {
  readonly kind: string;
  readonly credentials: OAuth2Credentials | undefined;
  readonly error: unknown;
}

function outcomeOf(work: Promise<OAuth2Credentials>): Promise<Outcome> {
  return work.then(
    (credentials) => ({ kind: "token", credentials, error: undefined }),
    (error: unknown) => ({
      kind: error instanceof TokenRequestError ? error.kind : `unexpected: ${String(error)}`,
      credentials: undefined,
      error,
    }),
  );
}

/** Whatever a log could make of an error or of credentials. */
function shown(value: unknown): string {
  const parts = [inspect(value, { depth: 20, showHidden: true, getters: true })];
  for (let error = value; error instanceof Error; error = error.cause) {
    parts.push(error.message, error.stack ?? "", String(error), JSON.stringify(error));
  }
  return parts.join("\n");
}

function expectFailure(misbehaviour: Misbehaviour, error: unknown): void {
  expect(isOAuth2Error(error)).toBe(true);
  expect(shown(error)).not.toContain(server.canary);
  const { retryAfterMs } = misbehaviour;
  if (retryAfterMs === undefined) return;
  const expected = { unknown: undefined, clamped: longestRetryAfterMs };
  expect(error).toHaveProperty(
    "retryAfterMs",
    typeof retryAfterMs === "number" ? retryAfterMs : expected[retryAfterMs],
  );
}

function expectToken(misbehaviour: Misbehaviour, after: OAuth2Credentials | undefined): void {
  expect(after?.accessToken.secret()).toContain(`${server.canary}-access-`);
  expect(shown(after)).not.toContain(server.canary);
  const { lifetimeSeconds = 3600, scopes = ["calendar.read"] } = misbehaviour;
  const expected = { unknown: undefined, clamped: longestLifetimeSeconds };
  const seconds = typeof lifetimeSeconds === "number" ? lifetimeSeconds : expected[lifetimeSeconds];
  expect(after?.lifetimeSeconds).toBe(seconds);
  expect(after?.accessToken.expiresAt).toEqual(
    seconds === undefined ? undefined : new Date(clock.now() + seconds * 1000),
  );
  expect(after?.accessToken.scopes).toEqual(scopes);
}

const table = misbehaviours.map((one) => [one.requirement, one.name, one] as const);

describe.each([
  [
    "a token for the application itself",
    (tokens: TokenEndpoint) => tokens.requestClientCredentials(),
  ],
  ["the exchange of a code", exchangeCode],
])("%s", (_what, request) => {
  it.each(table)("%s EV-01 %s", async (_id, name, misbehaviour) => {
    server.answerAlways(name);
    const { kind, credentials, error } = await outcomeOf(request(endpointFor(misbehaviour)));
    expect(kind).toBe(misbehaviour.kind);
    if (kind === "token") expectToken(misbehaviour, credentials);
    else expectFailure(misbehaviour, error);
  });
});

describe("a refresh", () => {
  it.each(table)("%s EV-01 %s", async (_id, name, misbehaviour) => {
    server.answerAlways(name);
    const { kind, credentials, error } = await outcomeOf(endpointFor(misbehaviour).refresh(before));
    expect(kind).toBe(misbehaviour.kindOfRefresh ?? misbehaviour.kind);
    // However it ended, the refresh token did not go out twice.
    expect(server.grant(grant.id).tokenRequests).toBeLessThanOrEqual(1);
    if (kind !== "token") {
      expectFailure(misbehaviour, error);
      return;
    }
    expectToken(misbehaviour, credentials);
    const refreshToken = credentials?.refreshToken?.secret() ?? "";
    if (misbehaviour.keepsRefreshToken) expect(refreshToken).toBe(grant.refreshToken);
    else expect(server.isLiving(refreshToken)).toBe(true);
  });
});

describe("a hostile server", () => {
  it("TR-08 gets no request at the address that its redirects name", async () => {
    for (const { name } of misbehaviours.filter(({ requirement }) => requirement === "TR-08")) {
      server.answerNext(name);
      expect((await outcomeOf(endpoint().refresh(before))).kind).toBe("configuration");
    }
    expect(server.requests.filter((request) => request.endpoint === "elsewhere")).toEqual([]);
  });

  it("TR-04 pollutes no prototype", async () => {
    server.answerNext("the body is an extra __proto__");
    await endpoint().refresh(before);
    expect({}).not.toHaveProperty("polluted");
  });

  it.each(["the connection is reset before the server acts", "HTTP 503 with a page"])(
    "TR-07 leaves the grant alive where %s, and the same refresh works later",
    async (name) => {
      server.answerNext(name);
      expect((await outcomeOf(endpoint().refresh(before))).kind).toBe("transient");
      expect(server.grant(grant.id)).toMatchObject({ alive: true, rotations: 0 });
      expect((await outcomeOf(endpoint().refresh(before))).kind).toBe("token");
    },
  );

  it("a refresh token spent twice is told to be dead", async () => {
    await endpoint().refresh(before);
    expect((await outcomeOf(endpoint().refresh(before))).kind).toBe("terminal");
    expect(server.grant(grant.id)).toMatchObject({ alive: false, staleSpends: 1 });
  });

  it("TR-07 tells a lost answer as transient, and a reuse window saves the grant", async () => {
    const forgiving = await startHostileServer({ clock, rotation: { reuseWindowMs: 30_000 } });
    const { refreshToken } = forgiving.issueGrant();
    const own = endpoint({ tokenUrl: `${forgiving.url}/token` });
    const spent = issued(clock, { refreshToken });
    forgiving.answerNext({ lostAnswer: "after-commit" });
    expect((await outcomeOf(own.refresh(spent))).kind).toBe("transient");
    const saved = await own.refresh(spent);
    expect(forgiving.isLiving(saved.refreshToken?.secret() ?? "")).toBe(true);
    await forgiving.stop();
  });
});

describe("a hostile revocation endpoint", () => {
  const revoke = (token: string) => endpoint().revoke(new Secret(token), "refresh_token");

  it("TR-12 revokes a known token, and has nothing to revoke of an unknown one", async () => {
    expect(await revoke(grant.refreshToken)).toBe("revoked");
    expect(server.grant(grant.id).alive).toBe(false);
    expect(await revoke("unknown")).toBe("revoked");
  });

  it.each([
    "HTTP 503 with a page",
    "HTTP 503 with Retry-After 30",
    "the connection is reset before the server acts",
    "the answer is not HTTP",
    "HTTP 307 to another address",
  ])("TR-12 EV-01 says that nothing is revoked where %s", async (name) => {
    server.answerAlways(name, { endpoint: "revocation" });
    expect(await revoke(grant.refreshToken)).toBe("failed");
    expect(server.isLiving(grant.refreshToken)).toBe(true);
    expect(server.requests.filter((request) => request.endpoint === "elsewhere")).toEqual([]);
  });

  it("TR-12 EV-01 says that the server cannot revoke such tokens", async () => {
    const name = "HTTP 400 with error unsupported_token_type";
    server.answerAlways(name, { endpoint: "revocation" });
    expect(await revoke(grant.refreshToken)).toBe("unsupported");
    expect(server.isLiving(grant.refreshToken)).toBe(true);
  });

  it("TR-12 gives up a revocation endpoint that never answers", async () => {
    server.answerAlways("no head ever comes", { endpoint: "revocation" });
    const work = endpoint({}, impatientMs).revoke(new Secret(grant.refreshToken), "refresh_token");
    expect(await work).toBe("failed");
  });
});

import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import * as core from "../src/index.js";
import {
  AuthorizationError,
  ConfigurationError,
  isOAuth2Error,
  KeyServiceUnavailableError,
  MissingUserIdError,
  NeedsUserAuthorizationError,
  OAuth2Error,
  SealingError,
  StoreUnavailableError,
  TokenRequestError,
} from "../src/index.js";

const cause = new Error("connect ECONNREFUSED");

const errors: readonly [string, string, OAuth2Error][] = [
  ["OAuth2Error", "discovery_failed", new OAuth2Error("discovery_failed", "m", { cause })],
  ["ConfigurationError", "invalid_configuration", new ConfigurationError("m", { cause })],
  ["MissingUserIdError", "missing_user_id", new MissingUserIdError("m")],
  [
    "NeedsUserAuthorizationError",
    "needs_user_authorization",
    new NeedsUserAuthorizationError({ provider: "p", reason: "scope", scopes: ["s"], cause }),
  ],
  [
    "TokenRequestError",
    "token_request_failed",
    new TokenRequestError("m", { provider: "p", kind: "transient", cause }),
  ],
  ["AuthorizationError", "authorization_failed", new AuthorizationError("expired", "m", { cause })],
  ["StoreUnavailableError", "store_unavailable", new StoreUnavailableError("m", { cause })],
  ["SealingError", "sealing_failed", new SealingError("m", { cause })],
  [
    "KeyServiceUnavailableError",
    "key_service_unavailable",
    new KeyServiceUnavailableError("m", { cause }),
  ],
];

describe.each(errors)("%s", (name, code, error) => {
  it("is an Error with its own name and a stable code", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(OAuth2Error);
    expect(error.constructor.name).toBe(name);
    expect(error.name).toBe(name);
    expect(error.code).toBe(code);
    expect(error.toString()).toBe(`${name}: ${error.message}`);
    expect(inspect(error)).toContain(name);
    expect(isOAuth2Error(error)).toBe(true);
  });
});

it("every exported error class is looked at here", () => {
  const exported = Object.entries(core)
    .filter(([, value]) => typeof value === "function" && value.prototype instanceof Error)
    .map(([name]) => name);
  expect(exported.sort()).toEqual(errors.map(([name]) => name).sort());
});

describe("isOAuth2Error", () => {
  it("knows the errors of another copy of this package", async () => {
    vi.resetModules();
    const copy = await import("../src/errors.js");
    const foreign = new copy.SealingError("m");
    expect(foreign).not.toBeInstanceOf(OAuth2Error);
    expect(isOAuth2Error(foreign)).toBe(true);
    expect(copy.isOAuth2Error(new SealingError("m"))).toBe(true);
  });

  it.each([
    undefined,
    null,
    "OAuth2Error",
    7,
    new Error("OAuth2Error"),
    { name: "OAuth2Error", code: "sealing_failed" },
  ])("does not take %o for one", (value) => {
    expect(isOAuth2Error(value)).toBe(false);
  });
});

describe("error details", () => {
  it("keeps the cause where there is one, and has none otherwise", () => {
    for (const [, , error] of errors) {
      if (error instanceof MissingUserIdError) continue;
      expect(error.cause).toBe(cause);
    }
    const bare = [
      new TokenRequestError("m", { provider: "p", kind: "terminal" }),
      new NeedsUserAuthorizationError({ provider: "p", reason: "connect", scopes: [] }),
      new SealingError("m"),
    ];
    for (const error of bare) expect(Object.hasOwn(error, "cause")).toBe(false);
  });

  it("says how a failed token request is to be treated", () => {
    const error = new TokenRequestError("m", {
      provider: "google",
      kind: "transient",
      error: "temporarily_unavailable",
      status: 503,
      retryAfterMs: 2_000,
    });
    expect(error).toMatchObject({
      provider: "google",
      kind: "transient",
      error: "temporarily_unavailable",
      status: 503,
      retryAfterMs: 2_000,
    });
  });

  it.each([
    ["connect", "the account was never connected"],
    ["scope", "more permissions are needed"],
    ["revoked", "the access was revoked"],
    ["expired", "the provider no longer accepts the stored refresh token"],
  ] as const)("says in words why authorization is needed: %s", (reason, words) => {
    const error = new NeedsUserAuthorizationError({ provider: "google", reason, scopes: ["a"] });
    expect(error.message).toBe(`The user has to authorize google in the browser (${words}).`);
    expect(error).toMatchObject({ provider: "google", reason, scopes: ["a"] });
  });

  it("says how an authorization failed", () => {
    expect(new AuthorizationError("access_denied", "m").failure).toBe("access_denied");
  });
});

import { ConfigurationError } from "@rak-oauth/core";
import { serializeSigned } from "hono/utils/cookie";
import { describe, expect, it } from "vitest";
import {
  AuthorizationCodeFlow,
  type AuthorizationCodeFlowOptions,
  confirmByUser,
  refuseAllBrowsers,
  verifySessionCookie,
} from "../src/index.js";
import { Browser, callbackFrom } from "./browser.js";
import { connectUrl, createWorld, exampleConfig, origin, wish } from "./world.js";

function construct(options: Partial<AuthorizationCodeFlowOptions>): AuthorizationCodeFlow {
  const { credentials, store } = createWorld();
  const configs = [exampleConfig()];
  return new AuthorizationCodeFlow({
    configs,
    credentials,
    pendingAuthorizations: store,
    connectUrl,
    ...options,
  });
}

describe("who may open a link", () => {
  it("AC-01 has to be decided: without verifyUser there is no flow, and the error names all ways out", () => {
    expect(() => construct({})).toThrow(ConfigurationError);
    for (const way of [
      "verifySessionCookie",
      "verifyJwt",
      "(request, pending) => boolean",
      "confirmByUser",
      "refuseAllBrowsers",
      "dangerouslyAllowAnyUser: true",
    ]) {
      expect(() => construct({})).toThrow(way);
    }
    expect(() => construct({ dangerouslyAllowAnyUser: true })).not.toThrow();
    expect(() => construct({ verifyUser: () => false })).not.toThrow();
  });

  it.each<[string, Partial<AuthorizationCodeFlowOptions>, RegExp]>([
    ["both", { verifyUser: () => true, dangerouslyAllowAnyUser: true }, /both given. Remove one/],
    ["false alone", { dangerouslyAllowAnyUser: false }, /verifyUser is missing/],
    ["a word", { dangerouslyAllowAnyUser: "true" as never }, /type string and must be a boolean/],
    ["an object", { verifyUser: {} as never }, /neither a function .* nor made by confirmByUser/],
    ["null", { verifyUser: null as never }, /neither a function/],
    [
      "a callback where users confirm",
      {
        verifyUser: () => true,
        configs: [exampleConfig({ redirectUri: `${origin}/oauth2/confirm` })],
      },
      /where users confirm/,
    ],
    [
      "a connect route where users confirm",
      { verifyUser: () => true, connectUrl: `${origin}/oauth2/confirm` },
      /where users confirm/,
    ],
  ])("EV-02 says what is wrong and how to mend it: %s", (_name, options, message) => {
    expect(() => construct(options)).toThrow(ConfigurationError);
    expect(() => construct(options)).toThrow(message);
  });

  it("EV-02 confirmByUser needs a name to show", () => {
    expect(() => confirmByUser({ applicationName: " " })).toThrow(/applicationName is missing/);
  });

  it("AC-01 a process that only starts flows lets no browser through", async () => {
    const flow = createWorld().createFlow({ verifyUser: refuseAllBrowsers });
    const { url } = await flow.start(wish);
    expect((await new Browser(flow).get(url)).status).toBe(403);
  });

  it.each([
    ["is too long", "x".repeat(513)],
    ["contains a NUL", "alice\0"],
  ])(
    "AC-01 a session whose user id %s belongs to nobody, neither at the link nor at the callback",
    async (_name, userId) => {
      const secret = "0123456789abcdef0123456789abcdef";
      const world = createWorld();
      const flow = world.createFlow({
        verifyUser: verifySessionCookie({ cookieName: "session", secrets: [secret] }),
      });
      const browser = new Browser(flow);
      const signIn = async (user: string) => {
        const cookie = await serializeSigned("session", user, secret);
        browser.setCookie("session", cookie.slice("session=".length));
      };
      const { id, url } = await flow.start(wish);
      await signIn(userId);
      expect((await browser.get(url)).status).toBe(403);
      await signIn(wish.userId);
      const authorizationUrl = await browser.open(url);
      await signIn(userId);
      expect((await browser.get(callbackFrom(authorizationUrl))).status).toBe(403);
      expect(world.failures.map(({ step }) => step)).toEqual(["connect", "callback"]);
      expect(await flow.waitForAuthorization(id)).toEqual({
        status: "denied",
        failure: "wrong_user",
      });
    },
  );
});

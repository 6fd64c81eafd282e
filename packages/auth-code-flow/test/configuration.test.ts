import { ConfigurationError } from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import type { AuthorizationCodeFlowOptions } from "../src/index.js";
import { createWorld, exampleConfig, origin } from "./world.js";

const second = { provider: "second", redirectUri: `${origin}/oauth2/callback` };

describe("AuthorizationCodeFlow", () => {
  it.each<[string, Partial<AuthorizationCodeFlowOptions>, RegExp]>([
    ["no URL", { connectUrl: "/oauth2/connect" }, /connectUrl is "\/oauth2\/connect" and must be/],
    ["http", { connectUrl: "http://agent.example/connect" }, /must be an absolute https URL/],
    ["a query", { connectUrl: `${origin}/connect?a=b` }, /must have no query/],
    ["no time", { ttlMs: 0 }, /ttlMs is 0 and must be/],
    ["two of one name", { configs: [exampleConfig(), exampleConfig()] }, /"example" twice/],
    [
      "another flow",
      { configs: [exampleConfig({ flow: "client_credentials" })] },
      /has flow "client_credentials"/,
    ],
    [
      "no redirectUri",
      { configs: [exampleConfig({ redirectUri: undefined })] },
      /no redirectUri. Set it to .* "https:\/\/agent.example\/oauth2\/callback"/,
    ],
    [
      "a redirectUri with a query",
      { configs: [exampleConfig({ redirectUri: `${origin}/callback?a=b` })] },
      /has a query/,
    ],
    [
      "a redirectUri that the cookie cannot reach",
      { configs: [exampleConfig({ redirectUri: "https://other.example/callback" })] },
      /needs the same scheme and host name/,
    ],
    [
      "one address for both",
      { configs: [exampleConfig({ redirectUri: `${origin}/oauth2/connect` })] },
      /Give each its own path/,
    ],
    [
      "AC-08 a callback shared with a server that does not name itself",
      { configs: [exampleConfig(), exampleConfig({ ...second, issParameterSupported: false })] },
      /"second" does not promise to name itself.*own redirectUri, such as "[^"]+\/callback\/second"/,
    ],
    ["a path", { returnToOrigins: ["https://app.example/x"] }, /no https origin/],
    ["a word", { returnToOrigins: ["app.example"] }, /no https origin/],
    ["plain http", { returnToOrigins: ["http://app.example"] }, /no https origin/],
  ])("says what is wrong and how to mend it: %s", (_name, options, message) => {
    const { createFlow } = createWorld();
    expect(() => createFlow(options)).toThrow(ConfigurationError);
    expect(() => createFlow(options)).toThrow(message);
  });

  it("AC-08 lets servers that name themselves share a callback", () => {
    const issuer = "https://second.example";
    const configs = [exampleConfig(), exampleConfig({ ...second, issuer })];
    expect(() => createWorld().createFlow({ configs })).not.toThrow();
  });

  it("AC-13 has no way to a provider over plain http", () => {
    expect(() => exampleConfig({ authUrl: "http://as.example/authorize" })).toThrow(/https/);
    expect(() =>
      exampleConfig({ authUrl: "http://127.0.0.1:1/authorize", allowInsecureLoopback: true }),
    ).not.toThrow();
  });
});

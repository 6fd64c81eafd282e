import {
  CredentialService,
  defineOAuth2Config,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
} from "@rak-oauth/core";
import { startHttpServer } from "@rak-oauth/test-kit";
import { TokenEndpoint } from "@rak-oauth/token-manager";
import { afterEach, expect, it } from "vitest";
import { type AuthorizeWithLoopbackOptions, authorizeWithLoopback } from "../src/index.js";
import { cliEndpoint } from "./loopback-sign-in.js";

const cleanUps: (() => Promise<unknown>)[] = [];
const endpoint = cliEndpoint("https://as.example");
const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`test:${generateKey()}`),
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const faults: readonly [string, AuthorizeWithLoopbackOptions, RegExp][] = [
  ["a port", { endpoint, port: 65_536 }, /port is 65536 and must be a number from 0 to 65535/],
  ["a time", { endpoint, timeoutMs: 0 }, /timeoutMs is 0 and must be a positive number/],
  [
    "a public redirect URI",
    { endpoint: cliEndpoint("https://as.example", { redirectUri: "https://app.example/back" }) },
    /redirectUri of "calendar" is "https:\/\/app\.example\/back".*Use "http:\/\/127\.0\.0\.1\/callback"/,
  ],
  [
    "a redirect URI with a query",
    { endpoint: cliEndpoint("https://as.example", { redirectUri: "http://127.0.0.1/back?to=1" }) },
    /redirectUri of "calendar" is "http:\/\/127\.0\.0\.1\/back\?to=1"/,
  ],
  [
    "no authorization endpoint",
    {
      endpoint: new TokenEndpoint({
        config: defineOAuth2Config({
          provider: "calendar",
          clientId: "cli",
          tokenUrl: "https://as.example/token",
          flow: "refresh_token",
        }),
      }),
    },
    /configuration of "calendar" has no authUrl. Give the authorization endpoint/,
  ],
  [
    "a store without subject",
    { endpoint, credentials },
    /credentials is given and subject is not. Give both/,
  ],
  [
    "a subject without store",
    { endpoint, subject: { userId: "me" } },
    /subject is given and credentials is not. Give both/,
  ],
  [
    "a subject that is nobody",
    { endpoint, credentials, subject: {} },
    /authorizeWithLoopback for calendar needs subject\.userId/,
  ],
];

it.each(faults)("EV-02 %s that cannot work is told before anybody is asked", async (...fault) => {
  const [, options, message] = fault;
  const asked: string[] = [];
  const outcome = authorizeWithLoopback({
    ...options,
    openBrowser: false,
    onUrl: (url) => void asked.push(url),
  });
  await expect(outcome).rejects.toThrow(message);
  expect(asked).toEqual([]);
});

it("EV-02 a port that another program has is told with its number", async () => {
  const other = await startHttpServer(() => new Response());
  cleanUps.push(() => other.stop());
  const { port } = new URL(other.url);
  await expect(authorizeWithLoopback({ endpoint, port: Number(port) })).rejects.toThrow(
    `authorizeWithLoopback: port ${port} of 127.0.0.1 is taken by another program. End that one, or choose another port and register it at the provider.`,
  );
});

it("fails with what onUrl fails with", async () => {
  const failure = new Error("no terminal");
  await expect(
    authorizeWithLoopback({ endpoint, openBrowser: false, onUrl: () => Promise.reject(failure) }),
  ).rejects.toBe(failure);
});

import { generateKeyPairSync, type KeyObject } from "node:crypto";

import { conformanceSubject, type Deviations, type FapiDemands } from "@rak-oauth/test-kit";
import { describe, expect, it } from "vitest";
import { createAuthorizedFetch } from "../../src/index.js";
import { RelyingParty, without } from "./relying-party.js";

/*
 * The modules of the OpenID Foundation's plan for FAPI 2.0 clients (plain FAPI, OpenID Connect,
 * private_key_jwt, DPoP), by their own names. Not here: JARM and grant management, which the client
 * does not speak, and the modules of single ecosystems.
 */

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" }).toString();
const clientKey = { ...publicKey.export({ format: "jwk" }), kty: "EC" };
const module = (name: string) => `fapi2-security-profile-final-client-test-${name}`;

interface Variant extends Omit<Deviations, "fapi2"> {
  readonly demands?: Partial<FapiDemands>;
}

function start({ demands, ...deviations }: Variant = {}): Promise<RelyingParty> {
  return RelyingParty.start(
    { algorithm: "PS256", ...deviations, fapi2: { clientKey, nonces: true, ...demands } },
    { profile: "fapi2", clientPrivateKey: pem(privateKey) },
  );
}

/** Signs alice in, and calls the resource as her. */
async function connected(variant: Variant): Promise<RelyingParty> {
  const party = await start(variant);
  expect((await party.signIn()).status).toBe(200);
  // The e-mail address is known by the UserInfo endpoint alone.
  const account = { subject: conformanceSubject, email: "user@example.com" };
  expect((await party.kept())?.account).toMatchObject(account);
  const { issuer } = party.server;
  const send = createAuthorizedFetch(party.tokens.forUser("alice"), {
    origins: [issuer],
    allowInsecureLoopback: true,
  });
  const response = await send(`${issuer}/userinfo`);
  expect(await response.json()).toMatchObject({ sub: conformanceSubject });
  return party;
}

/** The sign-in ends at this endpoint, and nobody is connected. */
async function refused(last: "/authorize" | "/token", variant: Variant): Promise<void> {
  const party = await start(variant);
  expect((await party.signIn()).status).toBeGreaterThanOrEqual(400);
  expect(await party.kept()).toBeUndefined();
  const paths = party.server.paths().filter((path) => path !== "/jwks");
  expect(paths.at(-1)).toBe(last);
}

const now = () => Math.floor(Date.now() / 1000);

describe("DI-07 fapi2-security-profile-final-client-test-plan", () => {
  it(module("happy-path"), async () => {
    const party = await connected({});
    const pushed = party.server.requests.find(({ path }) => path === "/par");
    expect(pushed?.parameters.get("code_challenge_method")).toBe("S256");
    const opened = party.server.requests.find(({ path }) => path === "/authorize");
    expect([...(opened?.parameters.keys() ?? [])].sort()).toEqual(["client_id", "request_uri"]);
  });

  it(module("happy-path-no-dpop-nonce"), async () => {
    await connected({ demands: { nonces: false } });
  });

  it(module("discovery-issuer-mismatch"), async () => {
    const metadata = (members: Readonly<Record<string, unknown>>) => ({
      ...members,
      issuer: "https://example.com",
    });
    await expect(start({ metadata })).rejects.toMatchObject({ code: "discovery_failed" });
  });

  it.each<[string, NonNullable<Deviations["idToken"]>]>([
    ["invalid-iss", (claims) => ({ ...claims, iss: "https://example.com" })],
    ["invalid-aud", (claims) => ({ ...claims, aud: "another-client" })],
    ["invalid-secondary-aud", (claims) => ({ ...claims, aud: ["rp", "another-client"] })],
    ["invalid-expired-exp", (claims) => ({ ...claims, exp: now() - 400, iat: now() - 700 })],
    ["invalid-missing-exp", without("exp")],
    ["invalid-missing-aud", without("aud")],
    ["invalid-missing-iss", without("iss")],
    ["invalid-nonce", (claims) => ({ ...claims, nonce: "of-another-flow" })],
    ["invalid-missing-nonce", without("nonce")],
  ])("fapi2-security-profile-final-client-test-%s", (_, idToken) => refused("/token", { idToken }));

  it(module("invalid-null-alg"), () => refused("/token", { signature: "none" }));

  it(module("invalid-alternate-alg"), () => refused("/token", { algorithm: "RS256" }));

  it(module("valid-aud-as-array"), async () => {
    await connected({ idToken: (claims) => ({ ...claims, aud: ["rp"] }) });
  });

  it.each<[string, (parameters: URLSearchParams) => void]>([
    ["invalid-authorization-response-iss", (query) => query.set("iss", "https://example.com")],
    ["remove-authorization-response-iss", (query) => query.delete("iss")],
    [
      "ensure-authorization-response-with-invalid-state-fails",
      (query) => query.set("state", `${query.get("state")}x`),
    ],
    [
      "ensure-authorization-response-with-invalid-missing-state-fails",
      (query) => query.delete("state"),
    ],
  ])("fapi2-security-profile-final-client-test-%s", (_, authorizationResponse) =>
    refused("/authorize", { authorizationResponse }),
  );

  it(module("token-endpoint-response-without-expires_in"), async () => {
    await connected({ tokens: without("expires_in") });
  });

  it(module("token-type-case-insensitivity"), async () => {
    await connected({ tokens: (answer) => ({ ...answer, token_type: "dpOp" }) });
  });

  it(module("rs-dpop-auth-scheme-case-insensitivity"), async () => {
    await connected({ demands: { challengeScheme: "dPoP" } });
  });
});

it("refuses a token that is bound to no key", () =>
  refused("/token", { tokens: (answer) => ({ ...answer, token_type: "Bearer" }) }));

it("refuses a server that does not name itself on its responses, or takes no pushed requests", async () => {
  const weak = start({
    metadata: ({
      pushed_authorization_request_endpoint: _,
      authorization_response_iss_parameter_supported: __,
      ...members
    }) => members,
  });
  await expect(weak).rejects.toThrow(/RFC 9126.*RFC 9207/);
});

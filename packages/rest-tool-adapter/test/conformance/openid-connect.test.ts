import { conformanceSubject, type Deviations } from "@rak-oauth/test-kit";
import { describe, expect, it } from "vitest";
import { RelyingParty, without } from "./relying-party.js";

/*
 * The modules of the OpenID Foundation's plans for relying parties with response type `code`, by
 * their own names, each against a provider that misbehaves as its module does. Modules of one name in
 * several plans are here once.
 */

/** Signs alice in where nothing is wrong with what she is to see. */
async function connected(deviations: Deviations): Promise<RelyingParty> {
  const party = await RelyingParty.start(deviations);
  expect((await party.signIn()).status).toBe(200);
  const kept = await party.kept();
  expect(kept?.accessToken.secret()).toBe("first-token");
  expect(kept?.account?.subject).toBe(conformanceSubject);
  return party;
}

/** The ID token is refused: nobody is connected, and nothing is asked with its access token. */
async function refused(deviations: Deviations): Promise<RelyingParty> {
  const party = await RelyingParty.start(deviations);
  const { status, html } = await party.signIn();
  expect(status).toBeGreaterThanOrEqual(400);
  expect(html).not.toContain("first-token");
  expect(await party.kept()).toBeUndefined();
  expect(party.server.paths()).toContain("/token");
  expect(party.server.paths()).not.toContain("/userinfo");
  return party;
}

describe("DI-07 oidcc-client-basic-certification-test-plan", () => {
  it("oidcc-client-test", async () => {
    const party = await connected({});
    // The keys are fetched beside the rest, while the user is at the provider.
    const paths = party.server.paths();
    expect(paths.filter((path) => path === "/jwks")).toHaveLength(1);
    expect(paths.filter((path) => path !== "/jwks")).toEqual([
      "/.well-known/openid-configuration",
      "/authorize",
      "/token",
      "/userinfo",
    ]);
  });

  it("oidcc-client-test-invalid-iss", () =>
    refused({ idToken: (claims) => ({ ...claims, iss: `${String(claims["iss"])}/other` }) }));

  it("oidcc-client-test-missing-sub", () => refused({ idToken: without("sub") }));

  it("oidcc-client-test-invalid-aud", () =>
    refused({ idToken: (claims) => ({ ...claims, aud: "another-client" }) }));

  it("oidcc-client-test-missing-aud", () => refused({ idToken: without("aud") }));

  it("oidcc-client-test-missing-iat", () => refused({ idToken: without("iat") }));

  it("oidcc-client-test-kid-absent-single-jwks", async () => {
    await connected({ withoutKeyId: true });
  });

  it("oidcc-client-test-kid-absent-multiple-jwks", () =>
    refused({ withoutKeyId: true, publishedKeys: 3 }));

  it("oidcc-client-test-idtoken-sig-rs256", async () => {
    const party = await connected({ algorithm: "RS256" });
    expect(party.server.paths()).toContain("/jwks");
  });

  it("oidcc-client-test-idtoken-sig-none", () => refused({ signature: "none" }));

  it("oidcc-client-test-invalid-sig-rs256", () => refused({ signature: "broken" }));

  it("oidcc-client-test-invalid-sig-es256", () =>
    refused({ algorithm: "ES256", signature: "broken" }));

  it("oidcc-client-test-userinfo-invalid-sub", async () => {
    const party = await connected({ userinfo: (claims) => ({ ...claims, sub: "somebody-else" }) });
    expect(party.server.paths()).toContain("/userinfo");
    const account = (await party.kept())?.account;
    expect(account).toMatchObject({ subject: conformanceSubject });
    expect(account?.email).toBeUndefined();
  });

  it("oidcc-client-test-nonce-invalid", () =>
    refused({ idToken: (claims) => ({ ...claims, nonce: "of-another-flow" }) }));

  it("oidcc-client-test-scope-userinfo-claims", async () => {
    const party = await connected({});
    const request = party.server.requests.find(({ path }) => path === "/authorize");
    expect(request?.parameters.get("scope")).toBe("openid email profile");
    expect((await party.kept())?.account).toEqual({
      subject: conformanceSubject,
      email: "user@example.com",
      emailVerified: true,
      name: "Demo T. User",
    });
  });

  it("oidcc-client-test-client-secret-basic", async () => {
    const party = await connected({});
    const request = party.server.requests.find(({ path }) => path === "/token");
    const secret = Buffer.from("rp:rp-secret").toString("base64");
    expect(request?.headers.get("authorization")).toBe(`Basic ${secret}`);
    expect(request?.parameters.has("client_secret")).toBe(false);
  });

  it("oidcc-client-test-userinfo-bearer-header", async () => {
    const party = await connected({});
    const request = party.server.requests.find(({ path }) => path === "/userinfo");
    expect(request?.headers.get("authorization")).toBe("Bearer first-token");
    expect(request?.parameters.has("access_token")).toBe(false);
  });
});

describe("DI-07 oidcc-client-config-certification-test-plan", () => {
  it("oidcc-client-test-discovery-openid-config", async () => {
    const party = await connected({});
    expect(party.server.paths()[0]).toBe("/.well-known/openid-configuration");
  });

  it("oidcc-client-test-discovery-jwks-uri-keys", async () => {
    const party = await connected({});
    expect(party.server.paths().filter((path) => path === "/jwks")).toHaveLength(1);
    expect((await party.signIn()).status).toBe(200);
    expect(party.server.paths().filter((path) => path === "/jwks")).toHaveLength(1);
  });

  it("oidcc-client-test-discovery-issuer-mismatch", async () => {
    const metadata = (members: Readonly<Record<string, unknown>>) => ({
      ...members,
      issuer: "https://example.com",
    });
    await expect(RelyingParty.start({ metadata })).rejects.toMatchObject({
      code: "discovery_failed",
      message: expect.stringContaining("https://example.com"),
    });
  });

  it("oidcc-client-test-signing-key-rotation-just-before-signing", async () => {
    await connected({ rotates: true });
  });

  it("oidcc-client-test-signing-key-rotation", async () => {
    const party = await connected({ rotates: true });
    expect((await party.signIn()).status).toBe(200);
    // Once while the user is away for the first time, then for each key that is new.
    expect(party.server.paths().filter((path) => path === "/jwks")).toHaveLength(3);
  });
});

describe("DI-07 oidcc-client-refreshtoken-test-plan", () => {
  it("oidcc-client-test-refresh-token", async () => {
    const party = await connected({});
    expect(await party.refresh()).toBe("renewed-token");
    const spent = party.server.requests.at(-1)?.parameters;
    expect(spent?.get("refresh_token")).toBe("first-refresh-token");
    expect((await party.kept())?.refreshToken?.secret()).toBe("second-refresh-token");
  });

  it.each([
    ["oidcc-client-test-refresh-token-invalid-issuer", { iss: "https://example.com" }],
    ["oidcc-client-test-refresh-token-invalid-sub", { sub: "somebody-else" }],
    ["oidcc-client-test-refresh-token-invalid-aud", { aud: "another-client" }],
  ])("%s", async (_, other) => {
    const party = await connected({ refreshedIdToken: (claims) => ({ ...claims, ...other }) });
    await expect(party.refresh()).rejects.toMatchObject({ code: "needs_user_authorization" });
    expect((await party.kept())?.accessToken.secret()).not.toBe("renewed-token");
  });
});

it("TR-09 a key set that is away costs nobody the tokens that were granted", async () => {
  const party = await RelyingParty.start({
    metadata: (members) => ({ ...members, jwks_uri: `${String(members["issuer"])}/gone` }),
  });
  expect((await party.signIn()).status).toBe(200);
  expect(party.server.paths()).toContain("/gone");
  expect((await party.kept())?.account?.subject).toBe(conformanceSubject);
});

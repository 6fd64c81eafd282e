import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { AccessToken, Secret } from "@rak-oauth/core";
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  EmbeddedJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { describe, expect, it } from "vitest";
import { createDpopProof, type TokenEndpoint } from "../src/index.js";
import { issued } from "./fixtures.js";
import {
  addresses,
  failureOf,
  granted,
  InstantTime,
  refused,
  type SeenRequest,
  useProviderServer,
} from "./provider-server.js";

const server = useProviderServer();
const accessType = "urn:ietf:params:oauth:token-type:access_token";
const bound =
  (body: object = {}, headers: Record<string, string> = {}) =>
  () =>
    granted({ token_type: "DPoP", issued_token_type: accessType, ...body }, headers);
const wantsNonce = (nonce: string) => () =>
  refused("use_dpop_nonce", { headers: { "dpop-nonce": nonce } });
const publicClient = { clientSecret: undefined, clientAuthentication: "none" } as const;

function exchangeCode(endpoint: TokenEndpoint) {
  return endpoint.exchangeCode({
    callbackUrl: new URL("https://app.example/callback?code=c1&state=st"),
    state: "st",
    codeVerifier: "v".repeat(43),
    scopes: [],
  });
}

/** Checks a proof by its own key, as a server does. */
async function proofOf(
  request: SeenRequest | undefined,
): Promise<JWTPayload & { readonly key: string }> {
  const { payload, protectedHeader } = await jwtVerify(
    request?.headers.get("dpop") ?? "",
    EmbeddedJWK,
    { typ: "dpop+jwt", algorithms: ["ES256"] },
  );
  expect(Object.keys(protectedHeader.jwk ?? {}).sort()).toEqual(["crv", "kty", "x", "y"]);
  return { ...payload, key: await calculateJwkThumbprint(protectedHeader.jwk as JWK) };
}

async function keyOf(token: AccessToken | undefined): Promise<string> {
  return calculateJwkThumbprint(JSON.parse(token?.dpopKey?.secret() ?? "{}"));
}

describe("binding tokens to a key", () => {
  it.each([
    ["a code", exchangeCode],
    ["client credentials", (endpoint: TokenEndpoint) => endpoint.requestClientCredentials()],
    [
      "an assertion",
      (endpoint: TokenEndpoint) => endpoint.requestJwtBearer({ assertion: "e30.e30.e30" }),
    ],
    [
      "another token",
      (endpoint: TokenEndpoint) =>
        endpoint.exchangeToken({ subjectToken: "t1", subjectTokenType: accessType }),
    ],
  ])("TR-11 keeps the key with what is granted for %s", async (_name, grant) => {
    server.answer(bound());
    const { accessToken } = await grant(server.endpoint({ useDpop: true }));
    expect(accessToken.tokenType).toBe("DPoP");
    const proof = await proofOf(server.seen[0]);
    expect(proof).toMatchObject({ htm: "POST", htu: addresses.tokenUrl });
    expect(await keyOf(accessToken)).toBe(proof.key);
  });

  it("TR-11 makes a key for each grant of a user, and one for the application", async () => {
    const endpoint = server.endpoint({ useDpop: true });
    server.answer(bound());
    await exchangeCode(endpoint);
    await exchangeCode(endpoint);
    await endpoint.requestClientCredentials();
    await endpoint.requestClientCredentials();
    const proofs = await Promise.all(server.seen.map(proofOf));
    const [first, second, third, fourth] = proofs.map(({ key }) => key);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(fourth).toBe(third);
  });

  it("TR-11 refreshes with the key of the grant, also once useDpop is gone", async () => {
    server.answer(bound({ refresh_token: "refresh-alice" }));
    const before = await exchangeCode(server.endpoint({ useDpop: true, ...publicClient }));
    const after = await server.endpoint(publicClient).refresh(before);
    const [first, second] = await Promise.all(server.seen.map(proofOf));
    expect(second?.key).toBe(first?.key);
    expect(await keyOf(after.accessToken)).toBe(first?.key);
    expect(after.accessToken.tokenType).toBe("DPoP");
  });

  it("TR-11 binds a token for one resource to the key of the grant", async () => {
    server.answer(bound({ refresh_token: "refresh-alice" }));
    const endpoint = server.endpoint({ useDpop: true });
    const before = await exchangeCode(endpoint);
    const after = await endpoint.refresh(before, { resource: "https://api.example" });
    const [token] = after.resourceTokens ?? [];
    expect(await keyOf(token?.accessToken)).toBe(await keyOf(before.accessToken));
  });

  it("shows no key unless it is asked to", async () => {
    expect(await server.endpoint().createDpopKey()).toBeUndefined();
    const { accessToken } = await server.endpoint().requestClientCredentials();
    expect(server.seen[0]?.headers.has("dpop")).toBe(false);
    expect(accessToken.dpopKey).toBeUndefined();
  });

  it("EV-01 does not show the key", async () => {
    server.answer(bound());
    const { accessToken } = await server.endpoint({ useDpop: true }).requestClientCredentials();
    const { d } = JSON.parse(accessToken.dpopKey?.secret() ?? "{}");
    expect(inspect(accessToken, { depth: 10 }) + JSON.stringify(accessToken)).not.toContain(d);
  });
});

describe("nonces", () => {
  it("TR-11 repeats a request once with the nonce that the server gives", async () => {
    server.answer(wantsNonce("n1"), bound());
    const { accessToken } = await server.endpoint({ useDpop: true }).requestClientCredentials();
    const [first, second] = await Promise.all(server.seen.map(proofOf));
    expect(first).not.toHaveProperty("nonce");
    expect(second).toMatchObject({ nonce: "n1", key: first?.key });
    expect(await keyOf(accessToken)).toBe(first?.key);
  });

  it("TR-11 repeats it no second time, and loses nothing over it", async () => {
    server.answer(wantsNonce("n1"), wantsNonce("n2"));
    const work = server.endpoint({ useDpop: true }).requestClientCredentials();
    expect(await failureOf(work)).toMatchObject({ kind: "transient", error: "use_dpop_nonce" });
    expect(server.seen).toHaveLength(2);
  });

  it("TR-11 does not repeat what asks for a nonce and gives none", async () => {
    server.answer(() => refused("use_dpop_nonce"));
    await failureOf(server.endpoint({ useDpop: true }).requestClientCredentials());
    expect(server.seen).toHaveLength(1);
  });

  it("uses the latest nonce at once, so that the next grant needs no second try", async () => {
    const endpoint = server.endpoint({ useDpop: true });
    server.answer(
      wantsNonce("n1"),
      bound({ refresh_token: "refresh-alice" }, { "dpop-nonce": "n2" }),
    );
    const credentials = await exchangeCode(endpoint);
    await endpoint.refresh(credentials);
    const proofs = await Promise.all(server.seen.map(proofOf));
    expect(proofs.map((proof) => proof["nonce"])).toEqual([undefined, "n1", "n2"]);
  });

  it("TR-11 passes through a device's polling", async () => {
    const time = new InstantTime();
    const endpoint = server.endpoint({ useDpop: true }, time);
    server.answer(
      wantsNonce("n1"),
      () => refused("authorization_pending"),
      wantsNonce("n2"),
      bound({}),
    );
    const { accessToken } = await endpoint.finishDeviceAuthorization({
      userCode: "WDJB-MJHT",
      verificationUri: "https://as.example/connect",
      expiresAt: new Date(time.now() + 60_000),
      intervalSeconds: 5,
      deviceCode: new Secret("d1"),
      scopes: [],
    });
    expect(time.waitsMs).toEqual([5_000, 5_000]);
    const proofs = await Promise.all(server.seen.map(proofOf));
    expect(new Set(proofs.map(({ key }) => key))).toEqual(new Set([await keyOf(accessToken)]));
  });
});

describe("a Bearer token although DPoP was asked for", () => {
  it("is refused: the binding was wanted", async () => {
    server.answer(() => granted());
    const error = await failureOf(exchangeCode(server.endpoint({ useDpop: true })));
    expect(error).toMatchObject({ code: "token_request_failed", kind: "configuration" });
    expect(error.message).toContain("useDpop");
  });

  it("is taken with a public client's refresh token, which is bound to the key", async () => {
    server.answer(() => granted({ refresh_token: "refresh-alice" }));
    const endpoint = server.endpoint({ useDpop: true, ...publicClient });
    const before = await exchangeCode(endpoint);
    expect(before.accessToken.tokenType).toBe("Bearer");
    await endpoint.refresh(before);
    const [first, second] = await Promise.all(server.seen.map(proofOf));
    expect(second?.key).toBe(first?.key);
  });

  it("is taken for a refresh token that is spent, or the grant would end", async () => {
    server.answer(() => granted({ refresh_token: "r2" }));
    const endpoint = server.endpoint({ useDpop: true });
    const after = await endpoint.refresh(
      issued(new InstantTime(), { refreshToken: "refresh-alice" }),
    );
    expect(after.refreshToken?.secret()).toBe("r2");
    expect(after.accessToken.tokenType).toBe("Bearer");
  });

  it("is the other way round a fault too", async () => {
    server.answer(bound());
    const error = await failureOf(server.endpoint().requestClientCredentials());
    expect(error).toMatchObject({ kind: "configuration" });
    expect(error.message).toContain("set useDpop");
  });
});

describe("proofs for an API", () => {
  it("TR-11 names method, address without query, token and nonce", async () => {
    server.answer(bound());
    const token = (await server.endpoint({ useDpop: true }).requestClientCredentials()).accessToken;
    const proof = await createDpopProof({
      token,
      method: "get",
      url: "https://api.example:8443/v1/events?from=today#top",
      nonce: "n1",
      clock: { now: () => Date.now() },
    });
    const { payload } = await jwtVerify(proof, EmbeddedJWK, { typ: "dpop+jwt" });
    expect(payload).toMatchObject({
      htm: "GET",
      htu: "https://api.example:8443/v1/events",
      ath: createHash("sha256").update("a2").digest("base64url"),
      nonce: "n1",
      jti: expect.stringMatching(/^.{16,}$/),
      iat: expect.any(Number),
    });
    expect(await calculateJwkThumbprint(decodeProtectedHeader(proof).jwk as JWK)).toBe(
      await keyOf(token),
    );
    expect(decodeProtectedHeader(proof).jwk).not.toHaveProperty("d");
  });

  it("refuses a token that is bound to nothing", async () => {
    const url = "https://api.example/";
    const error = await failureOf(
      createDpopProof({ token: new AccessToken("a"), method: "GET", url }),
    );
    expect(error).toMatchObject({ code: "invalid_configuration" });
    expect(error.message).toContain("useDpop");
  });
});

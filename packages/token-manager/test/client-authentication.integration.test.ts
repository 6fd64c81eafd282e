import { createHash, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { defineOAuth2Config, type OAuth2ConfigInput } from "@rak-oauth/core";
import {
  type AuthorizationServer,
  type KeyedCertificate,
  startAuthorizationServer,
} from "@rak-oauth/test-kit";
import { exportJWK } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TokenEndpoint } from "../src/index.js";
import { failureOf } from "./provider-server.js";
import { endpointsOf } from "./signed-in.js";

let server: AuthorizationServer;

function endpoint(client: Partial<OAuth2ConfigInput> & { readonly clientId: string }) {
  const config = defineOAuth2Config({
    ...endpointsOf(server),
    flow: "client_credentials",
    scopes: ["calendar.read"],
    ...client,
  });
  return new TokenEndpoint({ config });
}

function toPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

describe("secrets and keys", () => {
  beforeAll(async () => {
    server = await startAuthorizationServer({ clients: [] });
  });
  afterAll(() => server.stop());

  it.each(["client_secret_basic", "client_secret_post", "client_secret_jwt"] as const)(
    "TR-10 a real server knows the client by %s",
    async (authentication) => {
      const clientId = `by-${authentication}`;
      const clientSecret = "a secret of at least thirty-two bytes: ~+/%";
      await server.registerClient({ clientId, clientSecret, authentication });
      const known = endpoint({ clientId, clientSecret, clientAuthentication: authentication });
      const { accessToken } = await known.requestClientCredentials();
      expect(await server.verifyAccessToken(accessToken.secret())).toMatchObject({ clientId });
      expect(server.tokenRequests.at(-1)?.authenticationMethod).toBe(authentication);
    },
  );

  it.each([
    ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
    ["RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["EdDSA", generateKeyPairSync("ed25519")],
  ] as const)("TR-10 a real server knows the client by its key, with %s", async (alg, keys) => {
    const clientId = `by-${alg}`;
    const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "key-1", alg }] };
    await server.registerClient({ clientId, authentication: "private_key_jwt", jwks });
    const keyed = { clientId, clientKeyId: "key-1" };
    const known = endpoint({ ...keyed, clientPrivateKey: toPem(keys.privateKey) });
    const { accessToken } = await known.requestClientCredentials();
    expect(server.tokenRequests.at(-1)?.authenticationMethod).toBe("private_key_jwt");
    expect(await known.introspect(accessToken)).toMatchObject({ active: true });
    expect(await known.revoke(accessToken, "access_token")).toBe("revoked");
    expect(await server.verifyAccessToken(accessToken.secret())).toBeUndefined();
  });

  it("is told that another's key is not the client's", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const impostor = endpoint({ clientId: "by-ES256", clientPrivateKey: toPem(privateKey) });
    const error = await failureOf(impostor.requestClientCredentials());
    expect(error).toMatchObject({ kind: "configuration", error: "invalid_client" });
    expect(error.message).toContain('clientAuthentication ("private_key_jwt")');
  });
});

describe("certificates", () => {
  let certificate: KeyedCertificate;
  let ownCertificate: KeyedCertificate;

  beforeAll(async () => {
    server = await startAuthorizationServer({ clients: [], tls: true });
    certificate = await server.createClientCertificate("CN=agent,O=Example");
    ownCertificate = await server.createSelfSignedCertificate("CN=independent");
    await server.registerClient({
      clientId: "agent",
      authentication: "tls_client_auth",
      certificateSubject: "O=Example, CN=agent",
      certificateBoundAccessTokens: true,
    });
    await server.registerClient({
      clientId: "independent",
      authentication: "self_signed_tls_client_auth",
      certificate: ownCertificate.certificate,
    });
  });
  afterAll(() => server.stop());

  const shows = ({ certificate: clientCertificate, privateKey }: KeyedCertificate) => ({
    certificateAuthority: server.certificateAuthority,
    clientCertificate,
    clientPrivateKey: privateKey,
  });

  it("a real server knows the client by the certificate of an authority, and binds to it", async () => {
    const agent = endpoint({ clientId: "agent", ...shows(certificate) });
    const { accessToken } = await agent.requestClientCredentials();
    const thumbprint = createHash("sha256")
      .update(new X509Certificate(certificate.certificate).raw)
      .digest("base64url");
    expect(await server.verifyAccessToken(accessToken.secret())).toMatchObject({
      clientId: "agent",
      confirmation: { "x5t#S256": thumbprint },
    });
    expect(server.tokenRequests.at(-1)?.authenticationMethod).toBe("tls_client_auth");
    expect(await agent.introspect(accessToken)).toMatchObject({ active: true });
    expect(await agent.revoke(accessToken, "access_token")).toBe("revoked");
  });

  it("a real server knows the client by a certificate it made itself", async () => {
    const independent = endpoint({
      clientId: "independent",
      clientAuthentication: "self_signed_tls_client_auth",
      ...shows(ownCertificate),
    });
    await independent.requestClientCredentials();
    expect(server.tokenRequests.at(-1)).toMatchObject({
      authenticationMethod: "self_signed_tls_client_auth",
      error: undefined,
    });
  });

  it("is told that another's certificate is not the client's", async () => {
    const impostor = endpoint({ clientId: "agent", ...shows(ownCertificate) });
    const error = await failureOf(impostor.requestClientCredentials());
    expect(error).toMatchObject({ kind: "configuration", error: "invalid_client" });
  });

  it("sends nothing to a server that nobody vouches for", async () => {
    const before = server.tokenRequests.length;
    const { certificateAuthority, ...trusting } = shows(certificate);
    const error = await failureOf(
      endpoint({ clientId: "agent", ...trusting }).requestClientCredentials(),
    );
    expect(error).toMatchObject({ kind: "transient" });
    expect(error.message).toMatch(/could not be reached .*CERT|could not be reached .*SIGNATURE/);
    expect(server.tokenRequests).toHaveLength(before);
  });

  it("trusts the configured authority for a client with a secret too", async () => {
    await server.registerClient({ clientId: "by-secret", clientSecret: "s" });
    const { certificateAuthority } = server;
    const known = endpoint({ clientId: "by-secret", clientSecret: "s", certificateAuthority });
    await known.requestClientCredentials();
    expect(server.tokenRequests.at(-1)?.authenticationMethod).toBe("client_secret_basic");
  });

  it("leaves the connection to a fetch of the caller's own", async () => {
    const config = defineOAuth2Config({
      ...endpointsOf(server),
      clientId: "agent",
      flow: "client_credentials",
      ...shows(ownCertificate),
    });
    const own = new TokenEndpoint({ config, fetch: server.createFetch(certificate) });
    const { accessToken } = await own.requestClientCredentials();
    expect(await server.verifyAccessToken(accessToken.secret())).toBeDefined();
  });
});

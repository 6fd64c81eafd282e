import { constants, createHash, verify, X509Certificate } from "node:crypto";
import { createSelfSignedCertificate } from "@rak-oauth/test-kit/throw-away-certificates";
import { TokenEndpoint } from "@rak-oauth/token-manager";
import { expect, it } from "vitest";
import { microsoft } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  microsoft({
    ...registration,
    tenant: "contoso.onmicrosoft.com",
    scopes: ["Mail.Read", "User.Read"],
  }),
  {
    authorizationParameters: { scope: "Mail.Read User.Read offline_access" },
    granted: {
      json: {
        access_token: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
        token_type: "Bearer",
        expires_in: 3599,
        scope: "Mail.Read User.Read",
        refresh_token: "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
      },
      gives: {
        accessToken: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
        refreshToken: "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
        expiresInSeconds: 3599,
        scopes: ["Mail.Read", "User.Read"],
      },
    },
    refreshed: {
      json: {
        access_token: "next",
        token_type: "Bearer",
        expires_in: 3599,
        scope: "Mail.Read User.Read",
        refresh_token: "next-refresh",
      },
      gives: {
        accessToken: "next",
        refreshToken: "next-refresh",
        expiresInSeconds: 3599,
        scopes: ["Mail.Read", "User.Read"],
      },
    },
    refusals: [
      {
        name: "a refresh token that was revoked",
        kind: "terminal",
        status: 400,
        json: { error: "invalid_grant", error_codes: [50173] },
      },
      {
        name: "a wrong client secret",
        kind: "configuration",
        status: 401,
        json: { error: "invalid_client", error_codes: [7000215] },
      },
    ],
    account: {
      json: {
        sub: "OLu859SGc2Sr9ZsqbkG-QbeLgJlb41KcdiPoLYNpSFA",
        name: "Mikah Ollenburg",
        email: "mikoll@example.com",
      },
      is: {
        subject: "OLu859SGc2Sr9ZsqbkG-QbeLgJlb41KcdiPoLYNpSFA",
        name: "Mikah Ollenburg",
        email: "mikoll@example.com",
      },
    },
  },
);

it("an application with a certificate sends what Entra documents for it", async () => {
  const { certificate, privateKey } = await createSelfSignedCertificate("CN=agent", {
    keyType: "RSA",
  });
  const config = microsoft({
    clientId: "11112222-bbbb-3333-cccc-4444dddd5555",
    clientPrivateKey: privateKey,
    clientCertificate: certificate,
    tenant: "contoso.onmicrosoft.com",
    flow: "client_credentials",
    scopes: ["https://graph.microsoft.com/.default"],
  });
  let form = new URLSearchParams();
  const fetch: typeof globalThis.fetch = async (address, init) => {
    form = new URLSearchParams(await new Request(address, init).text());
    return Response.json({ access_token: "a", token_type: "Bearer", expires_in: 3599 });
  };
  await new TokenEndpoint({ config, fetch }).requestClientCredentials();
  const { publicKey, raw } = new X509Certificate(certificate);
  const [header = "", claims = "", signature = ""] = form.get("client_assertion")?.split(".") ?? [];
  const { RSA_PKCS1_PSS_PADDING: padding } = constants;
  expect(
    verify(
      "sha256",
      Buffer.from(`${header}.${claims}`),
      { key: publicKey, padding, saltLength: 32 },
      Buffer.from(signature, "base64url"),
    ),
  ).toBe(true);
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(read(header)).toMatchObject({
    alg: "PS256",
    typ: "JWT",
    "x5t#S256": createHash("sha256").update(raw).digest("base64url"),
  });
  expect(read(claims)).toMatchObject({
    aud: "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
    iss: "11112222-bbbb-3333-cccc-4444dddd5555",
    sub: "11112222-bbbb-3333-cccc-4444dddd5555",
  });
});

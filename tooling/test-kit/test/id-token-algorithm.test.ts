import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect, it, onTestFinished } from "vitest";
import { startAuthorizationServer } from "../src/index.js";
import { authorize, discover, redirectUri } from "./relying-party.js";

it.each([
  ["says nothing", undefined, "RS256"],
  ["wants PS256", "PS256", "PS256"],
] as const)("signs ID tokens of a client that %s as it should", async (_, wanted, used) => {
  const clients = [
    {
      clientId: "app",
      authentication: "none",
      redirectUris: [redirectUri],
      idTokenAlgorithm: wanted,
    },
  ] as const;
  const server = await startAuthorizationServer({ clients });
  onTestFinished(() => server.stop());
  const app = await discover(server, "app");
  const tokens = await authorize(server, app, { scope: "openid" });
  const keys = createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
  const { protectedHeader } = await jwtVerify(tokens.id_token ?? "", keys);
  expect(protectedHeader.alg).toBe(used);
});

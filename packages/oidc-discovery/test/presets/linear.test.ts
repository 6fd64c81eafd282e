import { linear } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(linear({ ...registration, scopes: ["read", "write"] }), {
  authorizationParameters: { scope: "read,write" },
  granted: {
    json: {
      access_token: "00a21d8b0c4e2375114e49c067dfb81eb0d2076f48354714cd5df984d87b67cc",
      token_type: "Bearer",
      expires_in: 86399,
      scope: "read write",
      refresh_token: "sz0c8ffp-refresh",
    },
    gives: {
      accessToken: "00a21d8b0c4e2375114e49c067dfb81eb0d2076f48354714cd5df984d87b67cc",
      refreshToken: "sz0c8ffp-refresh",
      expiresInSeconds: 86399,
      scopes: ["read", "write"],
    },
  },
  refreshed: {
    json: {
      access_token: "next",
      token_type: "Bearer",
      expires_in: 86399,
      scope: "read write",
      refresh_token: "next-refresh",
    },
    gives: {
      accessToken: "next",
      refreshToken: "next-refresh",
      expiresInSeconds: 86399,
      scopes: ["read", "write"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant" },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: { error: "invalid_client" },
    },
  ],
  account: {
    json: { data: { viewer: { id: "u1", name: "Alice", email: "alice@example.com" } } },
    is: { subject: "u1", name: "Alice", email: "alice@example.com" },
  },
  revocation: {
    json: { success: true },
    requests: [
      {
        method: "POST",
        url: "https://api.linear.app/oauth/revoke",
        body: {},
        authorization: "Bearer",
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});

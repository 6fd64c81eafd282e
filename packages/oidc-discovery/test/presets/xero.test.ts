import { xero } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(xero({ ...registration, scopes: ["accounting.transactions"] }), {
  authorizationParameters: {
    scope: "accounting.transactions offline_access",
  },
  granted: {
    json: {
      access_token: "eyJxxx.yyy.zzz",
      expires_in: 1800,
      token_type: "Bearer",
      refresh_token: "xxxyyyyzzz",
      scope: "accounting.transactions offline_access",
    },
    gives: {
      accessToken: "eyJxxx.yyy.zzz",
      refreshToken: "xxxyyyyzzz",
      expiresInSeconds: 1800,
      scopes: ["accounting.transactions", "offline_access"],
    },
  },
  refreshed: {
    json: {
      access_token: "eyJxxx.yyy.next",
      expires_in: 1800,
      token_type: "Bearer",
      refresh_token: "xxxyyyynext",
      scope: "accounting.transactions offline_access",
    },
    gives: {
      accessToken: "eyJxxx.yyy.next",
      refreshToken: "xxxyyyynext",
      expiresInSeconds: 1800,
      scopes: ["accounting.transactions", "offline_access"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 400,
      json: {
        error: "invalid_client",
      },
    },
  ],
  account: {
    json: {
      sub: "f7a1382e-c791-4cae-93be-1b912c6a7c6e",
      name: "Ada Lovelace",
      email: "ada@example.com",
    },
    is: {
      subject: "f7a1382e-c791-4cae-93be-1b912c6a7c6e",
      email: "ada@example.com",
      name: "Ada Lovelace",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://identity.xero.com/connect/revocation",
        body: {
          token: "xxxyyyyzzz",
        },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://identity.xero.com/connect/revocation",
        body: {
          token: "eyJxxx.yyy.zzz",
        },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

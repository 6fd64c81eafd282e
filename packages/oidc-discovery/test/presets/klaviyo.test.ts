import { klaviyo } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(klaviyo({ ...registration, scopes: ["accounts:read", "lists:read"] }), {
  authorizationParameters: { scope: "accounts:read lists:read" },
  granted: {
    json: {
      access_token: "eyJhbGciOiJIUzI1NiJ9.first",
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: "abcdeFGHijKLmNOpQRstuVW12345",
      scope: "accounts:read lists:read",
    },
    gives: {
      accessToken: "eyJhbGciOiJIUzI1NiJ9.first",
      refreshToken: "abcdeFGHijKLmNOpQRstuVW12345",
      expiresInSeconds: 3600,
      scopes: ["accounts:read", "lists:read"],
    },
  },
  refreshed: {
    json: {
      access_token: "eyJhbGciOiJIUzI1NiJ9.next",
      token_type: "Bearer",
      expires_in: 3600,
      scope: "accounts:read lists:read",
    },
    gives: {
      accessToken: "eyJhbGciOiJIUzI1NiJ9.next",
      refreshToken: "abcdeFGHijKLmNOpQRstuVW12345",
      expiresInSeconds: 3600,
      scopes: ["accounts:read", "lists:read"],
    },
  },
  refusals: [
    {
      name: "a user who has uninstalled the app",
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
    json: {
      data: [
        {
          type: "account",
          id: "AbC123",
          attributes: { contact_information: { organization_name: "Klaviyo Demo" } },
        },
      ],
    },
    is: { subject: "AbC123", name: "Klaviyo Demo" },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://a.klaviyo.com/oauth/revoke",
        body: { token: "abcdeFGHijKLmNOpQRstuVW12345" },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://a.klaviyo.com/oauth/revoke",
        body: { token: "eyJhbGciOiJIUzI1NiJ9.first" },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

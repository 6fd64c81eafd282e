import { zoom } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(zoom({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      access_token: "eyJ-zoom",
      token_type: "bearer",
      refresh_token: "eyJ-zoom-r",
      expires_in: 3599,
      scope: "user:read:user",
      api_url: "https://api.zoom.us",
    },
    gives: {
      accessToken: "eyJ-zoom",
      refreshToken: "eyJ-zoom-r",
      expiresInSeconds: 3599,
      scopes: ["user:read:user"],
    },
  },
  refreshed: {
    json: {
      access_token: "next",
      token_type: "bearer",
      refresh_token: "next-refresh",
      expires_in: 3599,
      scope: "user:read:user",
      api_url: "https://api.zoom.us",
    },
    gives: {
      accessToken: "next",
      refreshToken: "next-refresh",
      expiresInSeconds: 3599,
      scopes: ["user:read:user"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: { reason: "Invalid Token!", error: "invalid_grant" },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 400,
      json: { reason: "Invalid client_id or client_secret", error: "invalid_client" },
    },
  ],
  revocation: {
    json: { status: "success" },
    requests: [
      {
        method: "POST",
        url: "https://zoom.us/oauth/revoke",
        body: { token: "eyJ-zoom-r" },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://zoom.us/oauth/revoke",
        body: { token: "eyJ-zoom" },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

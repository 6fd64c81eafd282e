import { reddit } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(reddit({ ...registration, scopes: ["identity", "read"] }), {
  authorizationParameters: { duration: "permanent", scope: "identity read" },
  granted: {
    json: {
      access_token: "eyJ-reddit",
      token_type: "bearer",
      expires_in: 3600,
      scope: "identity read",
      refresh_token: "348923-refresh",
    },
    gives: {
      accessToken: "eyJ-reddit",
      refreshToken: "348923-refresh",
      expiresInSeconds: 3600,
      scopes: ["identity", "read"],
    },
  },
  refreshed: {
    json: {
      access_token: "eyJ-next",
      token_type: "bearer",
      expires_in: 3600,
      scope: "identity read",
    },
    gives: {
      accessToken: "eyJ-next",
      refreshToken: "348923-refresh",
      expiresInSeconds: 3600,
      scopes: ["identity", "read"],
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
      name: "a wrong client secret, refused without OAuth's words,",
      kind: "transient",
      status: 401,
      json: { message: "Unauthorized", error: 401 },
    },
  ],
  account: { json: { id: "1w72", name: "spez" }, is: { subject: "1w72", name: "spez" } },
  revocation: {
    status: 204,
    requests: [
      {
        method: "POST",
        url: "https://www.reddit.com/api/v1/revoke_token",
        body: { token: "348923-refresh" },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://www.reddit.com/api/v1/revoke_token",
        body: { token: "eyJ-reddit" },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

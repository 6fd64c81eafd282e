import { twitch } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(twitch({ ...registration, scopes: ["channel:moderate", "chat:read"] }), {
  authorizationParameters: {
    scope: "channel:moderate chat:read",
  },
  granted: {
    json: {
      access_token: "rfx2uswqe8l4g1mkagrvg5tv0ks3",
      expires_in: 14124,
      refresh_token: "5b93chm6hdve3mycz05zfzatkfdenfspp1h1ar2xxdalen01",
      scope: ["channel:moderate", "chat:read"],
      token_type: "bearer",
    },
    gives: {
      accessToken: "rfx2uswqe8l4g1mkagrvg5tv0ks3",
      refreshToken: "5b93chm6hdve3mycz05zfzatkfdenfspp1h1ar2xxdalen01",
      expiresInSeconds: 14124,
      scopes: ["channel:moderate", "chat:read"],
    },
  },
  refreshed: {
    json: {
      access_token: "1ssjqsqfy6bads1ws7m03gras79zfr",
      refresh_token: "eyJfMzUtNDU0OC4MWYwLTQ5MDY5ODY4NGNlMSJ9",
      scope: ["channel:moderate", "chat:read"],
      token_type: "bearer",
    },
    gives: {
      accessToken: "1ssjqsqfy6bads1ws7m03gras79zfr",
      refreshToken: "eyJfMzUtNDU0OC4MWYwLTQ5MDY5ODY4NGNlMSJ9",
      scopes: ["channel:moderate", "chat:read"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "Bad Request",
        status: 400,
        message: "Invalid refresh token",
      },
    },
    {
      name: "a user who has disconnected",
      kind: "terminal",
      status: 401,
      json: {
        error: "Unauthorized",
        status: 401,
        message: "Invalid refresh token",
      },
    },
    {
      name: "a wrong client secret, refused in words of its own,",
      kind: "transient",
      status: 403,
      json: {
        status: 403,
        message: "invalid client secret",
      },
    },
  ],
  account: {
    json: {
      aud: "client-1",
      iss: "https://id.twitch.tv/oauth2",
      sub: "713936733",
      preferred_username: "twitchdev",
    },
    is: {
      subject: "713936733",
      name: "twitchdev",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://id.twitch.tv/oauth2/revoke",
        body: {
          token: "rfx2uswqe8l4g1mkagrvg5tv0ks3",
        },
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});

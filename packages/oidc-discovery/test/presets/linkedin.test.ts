import { linkedin } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(linkedin({ ...registration, scopes: ["openid", "profile", "email"] }), {
  authorizationParameters: { scope: "openid profile email" },
  granted: {
    json: {
      access_token: "AQXNnd2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU",
      expires_in: 5184000,
      refresh_token: "AQWAft_WjYZKwuWXLC5hQlghgTam",
      refresh_token_expires_in: 31536000,
      scope: "email,openid,profile",
    },
    gives: {
      accessToken: "AQXNnd2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU",
      refreshToken: "AQWAft_WjYZKwuWXLC5hQlghgTam",
      expiresInSeconds: 5184000,
      scopes: ["email", "openid", "profile"],
    },
  },
  refreshed: {
    json: {
      access_token: "BBBB2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU",
      expires_in: 5184000,
      refresh_token: "AQWAft_WjYZKwuWXLC5hQlghgTam",
      refresh_token_expires_in: 439200,
      scope: "email,openid,profile",
    },
    gives: {
      accessToken: "BBBB2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU",
      refreshToken: "AQWAft_WjYZKwuWXLC5hQlghgTam",
      expiresInSeconds: 5184000,
      scopes: ["email", "openid", "profile"],
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
    json: { sub: "782bbtaQ", name: "John Doe", email: "doe@example.com", email_verified: true },
    is: { subject: "782bbtaQ", name: "John Doe", email: "doe@example.com", emailVerified: true },
  },
  revocation: {
    status: 200,
    requests: [
      {
        method: "POST",
        url: "https://www.linkedin.com/oauth/v2/revoke",
        body: { token: "AQWAft_WjYZKwuWXLC5hQlghgTam" },
      },
      {
        method: "POST",
        url: "https://www.linkedin.com/oauth/v2/revoke",
        body: { token: "AQXNnd2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU" },
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

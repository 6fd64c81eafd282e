import { snowflake } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

const role = "session:role:ANALYST";

describeProvider(snowflake({ ...registration, scopes: [role], account: "acme-marketing" }), {
  authorizationParameters: { scope: `${role} refresh_token` },
  granted: {
    json: {
      access_token: "ver:1-hint:1-ETMsDgAAAWFirst",
      expires_in: 600,
      refresh_token: "ver:2-hint:2-did:1-ETMsDgAAAWRefresh",
      token_type: "Bearer",
      username: "JANE",
      scope: `refresh_token ${role}`,
    },
    gives: {
      accessToken: "ver:1-hint:1-ETMsDgAAAWFirst",
      refreshToken: "ver:2-hint:2-did:1-ETMsDgAAAWRefresh",
      expiresInSeconds: 600,
      scopes: ["refresh_token", role],
    },
  },
  refreshed: {
    json: {
      access_token: "ver:1-hint:1-ETMsDgAAAWNext",
      expires_in: 600,
      token_type: "Bearer",
      username: "JANE",
      scope: `refresh_token ${role}`,
    },
    gives: {
      accessToken: "ver:1-hint:1-ETMsDgAAAWNext",
      refreshToken: "ver:2-hint:2-did:1-ETMsDgAAAWRefresh",
      expiresInSeconds: 600,
      scopes: ["refresh_token", role],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: { error: "invalid_grant", message: "This is an invalid refresh token." },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 400,
      json: { data: null, message: "This is an invalid client.", error: "invalid_client" },
    },
  ],
});

import { atlassian } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(atlassian({ ...registration, scopes: ["read:jira-work", "read:me"] }), {
  authorizationParameters: {
    audience: "api.atlassian.com",
    prompt: "consent",
    scope: "read:jira-work read:me offline_access",
  },
  granted: {
    json: {
      access_token: "eyJ-1",
      expires_in: 3600,
      token_type: "Bearer",
      refresh_token: "eyJ-r1",
      scope: "read:jira-work read:me offline_access",
    },
    gives: {
      accessToken: "eyJ-1",
      refreshToken: "eyJ-r1",
      expiresInSeconds: 3600,
      scopes: ["read:jira-work", "read:me", "offline_access"],
    },
  },
  refreshed: {
    json: {
      access_token: "eyJ-2",
      expires_in: 3600,
      token_type: "Bearer",
      refresh_token: "eyJ-r2",
      scope: "read:jira-work read:me offline_access",
    },
    gives: {
      accessToken: "eyJ-2",
      refreshToken: "eyJ-r2",
      expiresInSeconds: 3600,
      scopes: ["read:jira-work", "read:me", "offline_access"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 403,
      json: { error: "invalid_grant", error_description: "Unknown or invalid refresh token." },
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
      account_type: "atlassian",
      account_id: "112233aa-bb11-cc22-33dd-445566abcabc",
      email: "mia@example.com",
      name: "Mia Krystof",
    },
    is: {
      subject: "112233aa-bb11-cc22-33dd-445566abcabc",
      email: "mia@example.com",
      name: "Mia Krystof",
    },
  },
});

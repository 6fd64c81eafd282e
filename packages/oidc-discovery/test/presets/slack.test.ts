import { slack } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(slack({ ...registration, scopes: ["commands", "incoming-webhook"] }), {
  authorizationParameters: { scope: "commands,incoming-webhook" },
  granted: {
    json: {
      ok: true,
      access_token: "xoxe.xoxb-1",
      token_type: "bot",
      scope: "commands,incoming-webhook",
      bot_user_id: "U0KRQLJ9H",
      app_id: "A0KRD7HC3",
      expires_in: 43200,
      refresh_token: "xoxe-1-first",
      team: { name: "Slack Corp", id: "T9TK3CUKW" },
      authed_user: { id: "U1234" },
    },
    gives: {
      accessToken: "xoxe.xoxb-1",
      refreshToken: "xoxe-1-first",
      expiresInSeconds: 43200,
      scopes: ["commands", "incoming-webhook"],
    },
  },
  refreshed: {
    json: {
      ok: true,
      access_token: "xoxe.xoxb-2",
      token_type: "bot",
      scope: "commands,incoming-webhook",
      bot_user_id: "U0KRQLJ9H",
      app_id: "A0KRD7HC3",
      expires_in: 43200,
      refresh_token: "xoxe-1-next",
      team: { name: "Slack Corp", id: "T9TK3CUKW" },
      authed_user: { id: "U1234" },
    },
    gives: {
      accessToken: "xoxe.xoxb-2",
      refreshToken: "xoxe-1-next",
      expiresInSeconds: 43200,
      scopes: ["commands", "incoming-webhook"],
    },
  },
  refusals: [
    {
      name: "a spent refresh token, refused with status 200,",
      kind: "terminal",
      json: { ok: false, error: "invalid_refresh_token" },
    },
    {
      name: "trouble of its own with status 200",
      kind: "transient",
      json: { ok: false, error: "internal_error" },
    },
    {
      name: "a wrong client secret, refused with status 200,",
      kind: "configuration",
      json: { ok: false, error: "bad_client_secret" },
    },
  ],
  account: {
    json: {
      ok: true,
      url: "https://subarachnoid.slack.com/",
      team: "Subarachnoid Workspace",
      user: "grace",
      team_id: "T12345678",
      user_id: "W12345678",
    },
    is: { subject: "W12345678", name: "grace" },
  },
  revocation: {
    json: { ok: true, revoked: true },
    requests: [
      {
        method: "POST",
        url: "https://slack.com/api/auth.revoke",
        body: {},
        authorization: "Bearer",
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});

describeProvider(slack({ ...registration, actAs: "user", scopes: ["chat:write", "search:read"] }), {
  authorizationParameters: { user_scope: "chat:write,search:read" },
  granted: {
    json: {
      ok: true,
      app_id: "A0KRD7HC3",
      team: { id: "T9TK3CUKW" },
      authed_user: {
        id: "U1234",
        scope: "chat:write,search:read",
        access_token: "xoxe.xoxp-1234",
        token_type: "user",
        expires_in: 43200,
        refresh_token: "xoxe-1-user",
      },
    },
    gives: {
      accessToken: "xoxe.xoxp-1234",
      refreshToken: "xoxe-1-user",
      expiresInSeconds: 43200,
      scopes: ["chat:write", "search:read"],
    },
  },
  refreshed: {
    json: {
      ok: true,
      access_token: "xoxe.xoxp-5678",
      token_type: "user",
      expires_in: 43200,
      refresh_token: "xoxe-1-user-next",
      scope: "chat:write,search:read",
    },
    gives: {
      accessToken: "xoxe.xoxp-5678",
      refreshToken: "xoxe-1-user-next",
      expiresInSeconds: 43200,
      scopes: ["chat:write", "search:read"],
    },
  },
  refusals: [
    {
      name: "a spent refresh token, refused with status 200,",
      kind: "terminal",
      json: { ok: false, error: "invalid_refresh_token" },
    },
    {
      name: "trouble of its own with status 200",
      kind: "transient",
      json: { ok: false, error: "internal_error" },
    },
    {
      name: "a wrong client secret, refused with status 200,",
      kind: "configuration",
      json: { ok: false, error: "bad_client_secret" },
    },
  ],
  account: {
    json: {
      ok: true,
      url: "https://subarachnoid.slack.com/",
      team: "Subarachnoid Workspace",
      user: "grace",
      team_id: "T12345678",
      user_id: "W12345678",
    },
    is: { subject: "W12345678", name: "grace" },
  },
  revocation: {
    json: { ok: true, revoked: true },
    requests: [
      {
        method: "POST",
        url: "https://slack.com/api/auth.revoke",
        body: {},
        authorization: "Bearer",
      },
    ],
    accessToken: "revoked",
    refreshToken: "unsupported",
  },
});

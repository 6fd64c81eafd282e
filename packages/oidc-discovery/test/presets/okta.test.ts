import { okta } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(okta({ ...registration, domain: "acme.okta.com", scopes: ["openid", "orders"] }), {
  authorizationParameters: { scope: "openid orders offline_access" },
  granted: {
    json: {
      access_token: "eyJz93a...k4laUWw",
      refresh_token: "GEbRxBN...edjnXbL",
      token_type: "Bearer",
      expires_in: 3600,
      scope: "openid orders offline_access",
    },
    idTokenClaims: { sub: "user-1", email: "alice@example.com" },
    gives: {
      accessToken: "eyJz93a...k4laUWw",
      refreshToken: "GEbRxBN...edjnXbL",
      expiresInSeconds: 3600,
      scopes: ["openid", "orders", "offline_access"],
    },
  },
  refreshed: {
    json: {
      access_token: "eyJ...MoQ",
      token_type: "Bearer",
      expires_in: 3600,
      scope: "openid orders offline_access",
    },
    gives: {
      accessToken: "eyJ...MoQ",
      refreshToken: "GEbRxBN...edjnXbL",
      expiresInSeconds: 3600,
      scopes: ["openid", "orders", "offline_access"],
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
  revocation: {
    status: 200,
    requests: [
      {
        method: "POST",
        url: "https://acme.okta.com/oauth2/default/v1/revoke",
        body: { token: "GEbRxBN...edjnXbL" },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://acme.okta.com/oauth2/default/v1/revoke",
        body: { token: "eyJz93a...k4laUWw" },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

describeProvider(
  okta({
    ...registration,
    domain: "acme.okta.com",
    authorizationServer: "org",
    scopes: ["openid", "okta.users.read"],
  }),
  {
    authorizationParameters: { scope: "openid okta.users.read offline_access" },
    granted: {
      json: {
        access_token: "eyJz93a...k4laUWw",
        refresh_token: "GEbRxBN...edjnXbL",
        token_type: "Bearer",
        expires_in: 3600,
        scope: "openid okta.users.read offline_access",
      },
      idTokenClaims: { sub: "user-1", email: "alice@example.com" },
      gives: {
        accessToken: "eyJz93a...k4laUWw",
        refreshToken: "GEbRxBN...edjnXbL",
        expiresInSeconds: 3600,
        scopes: ["openid", "okta.users.read", "offline_access"],
      },
    },
    refreshed: {
      json: {
        access_token: "eyJ...MoQ",
        token_type: "Bearer",
        expires_in: 3600,
        scope: "openid okta.users.read offline_access",
      },
      gives: {
        accessToken: "eyJ...MoQ",
        refreshToken: "GEbRxBN...edjnXbL",
        expiresInSeconds: 3600,
        scopes: ["openid", "okta.users.read", "offline_access"],
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
    revocation: {
      status: 200,
      requests: [
        {
          method: "POST",
          url: "https://acme.okta.com/oauth2/v1/revoke",
          body: { token: "GEbRxBN...edjnXbL" },
          authorization: "Basic",
        },
        {
          method: "POST",
          url: "https://acme.okta.com/oauth2/v1/revoke",
          body: { token: "eyJz93a...k4laUWw" },
          authorization: "Basic",
        },
      ],
      accessToken: "revoked",
      refreshToken: "revoked",
    },
  },
);

import { hubspot } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(hubspot({ ...registration, scopes: ["oauth", "crm.objects.contacts.read"] }), {
  authorizationParameters: { scope: "oauth crm.objects.contacts.read" },
  granted: {
    json: {
      token_type: "bearer",
      refresh_token: "1e8fbfb1-8e96-4826-8b8d-c8af73715",
      access_token: "CIrToaiiMhIHAAEAQAAAARiO1ooBIOP0sgEokuLtAEaOaTFnToZ3VjUbtl46MAAAAAAAAAAAAAAA",
      hub_id: 12345,
      scopes: ["oauth", "crm.objects.contacts.read"],
      user_id: 99,
      expires_in: 1800,
    },
    gives: {
      accessToken: "CIrToaiiMhIHAAEAQAAAARiO1ooBIOP0sgEokuLtAEaOaTFnToZ3VjUbtl46MAAAAAAAAAAAAAAA",
      refreshToken: "1e8fbfb1-8e96-4826-8b8d-c8af73715",
      expiresInSeconds: 1800,
      scopes: ["oauth", "crm.objects.contacts.read"],
    },
  },
  refreshed: {
    json: {
      token_type: "bearer",
      refresh_token: "1e8fbfb1-8e96-4826-8b8d-c8af73715",
      access_token: "CNext",
      hub_id: 12345,
      scopes: ["oauth", "crm.objects.contacts.read"],
      user_id: 99,
      expires_in: 1800,
    },
    gives: {
      accessToken: "CNext",
      refreshToken: "1e8fbfb1-8e96-4826-8b8d-c8af73715",
      expiresInSeconds: 1800,
      scopes: ["oauth", "crm.objects.contacts.read"],
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
    status: 204,
    requests: [
      {
        method: "POST",
        url: "https://api.hubapi.com/oauth/2026-03/token/revoke",
        body: { token: "1e8fbfb1-8e96-4826-8b8d-c8af73715" },
      },
    ],
    accessToken: "unsupported",
    refreshToken: "revoked",
  },
});

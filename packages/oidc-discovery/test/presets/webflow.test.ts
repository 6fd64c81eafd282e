import { webflow } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(webflow({ ...registration, scopes: ["authorized_user:read", "sites:read"] }), {
  authorizationParameters: {
    scope: "authorized_user:read sites:read",
  },
  granted: {
    json: {
      token_type: "bearer",
      access_token: "d59f681797fbb3758b2a0ce8e5",
      scope: "authorized_user:read sites:read",
    },
    gives: {
      accessToken: "d59f681797fbb3758b2a0ce8e5",
      scopes: ["authorized_user:read", "sites:read"],
    },
  },
  refusals: [
    {
      name: "a code that is not good",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Invalid authorization code",
      },
    },
    {
      name: "a wrong client secret",
      kind: "configuration",
      status: 401,
      json: {
        error: "invalid_client",
      },
    },
  ],
  account: {
    json: {
      id: "545bbecb7bdd6769632504a7",
      email: "some@example.com",
      firstName: "Some",
      lastName: "One",
    },
    is: {
      subject: "545bbecb7bdd6769632504a7",
      email: "some@example.com",
      name: "Some",
    },
  },
  revocation: {
    json: {
      didRevoke: true,
    },
    requests: [
      {
        method: "POST",
        url: "https://webflow.com/oauth/revoke_authorization",
        body: {
          access_token: "d59f681797fbb3758b2a0ce8e5",
        },
      },
    ],
    accessToken: "revoked",
    refreshToken: "none",
  },
});

import { heroku } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(heroku({ ...registration, scopes: ["read", "identity"] }), {
  authorizationParameters: {
    scope: "read identity",
  },
  granted: {
    json: {
      access_token: "HRKU-01234567-89ab-cdef-0123-456789abcdef",
      expires_in: 28799,
      refresh_token: "036b9495-b39d-4626-b53a-34399e7bc737",
      token_type: "Bearer",
      user_id: "a6a9d4fa-1111-2222-3333-444455556666",
      session_nonce: "2bf3ec81701ec291",
    },
    gives: {
      accessToken: "HRKU-01234567-89ab-cdef-0123-456789abcdef",
      refreshToken: "036b9495-b39d-4626-b53a-34399e7bc737",
      expiresInSeconds: 28799,
      scopes: ["read", "identity"],
    },
  },
  refreshed: {
    json: {
      access_token: "HRKU-next",
      expires_in: 28799,
      refresh_token: "036b9495-b39d-4626-b53a-34399e7bc737",
      token_type: "Bearer",
      user_id: "a6a9d4fa-1111-2222-3333-444455556666",
      session_nonce: "2bf3ec81701ec291",
    },
    gives: {
      accessToken: "HRKU-next",
      refreshToken: "036b9495-b39d-4626-b53a-34399e7bc737",
      expiresInSeconds: 28799,
      scopes: ["read", "identity"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "Token has been expired or revoked.",
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
      id: "01234567-89ab-cdef-0123-456789abcdef",
      email: "username@example.com",
      name: "Tina Edmonds",
    },
    is: {
      subject: "01234567-89ab-cdef-0123-456789abcdef",
      email: "username@example.com",
      name: "Tina Edmonds",
    },
  },
});

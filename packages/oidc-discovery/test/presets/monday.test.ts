import { monday } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(monday({ ...registration, scopes: ["me:read", "boards:read"] }), {
  authorizationParameters: {
    scope: "me:read boards:read",
  },
  granted: {
    json: {
      access_token: "eyJhbGciOiJIUzI1NiJ9.monday",
      token_type: "Bearer",
      scope: "me:read boards:read",
    },
    gives: {
      accessToken: "eyJhbGciOiJIUzI1NiJ9.monday",
      scopes: ["me:read", "boards:read"],
    },
  },
  refusals: [
    {
      name: "a code that is not good",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
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
      data: {
        me: {
          id: "4012689",
          name: "Jane Doe",
          email: "jane@example.com",
        },
      },
    },
    is: {
      subject: "4012689",
      email: "jane@example.com",
      name: "Jane Doe",
    },
  },
});

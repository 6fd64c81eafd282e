import { intercom } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(intercom({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      token_type: "Bearer",
      token: "dG9rOmNkZjNmMTgw",
      access_token: "dG9rOmNkZjNmMTgw",
    },
    gives: {
      accessToken: "dG9rOmNkZjNmMTgw",
      scopes: [],
    },
  },
  refusals: [
    {
      name: "a code that is not good, refused in words of its own,",
      kind: "transient",
      status: 401,
      json: {
        type: "error.list",
        errors: [
          {
            code: "server_error",
            message: "Unauthorized Code",
          },
        ],
      },
    },
  ],
  account: {
    json: {
      type: "admin",
      id: "1",
      email: "hoban@example.com",
      name: "Hoban Washburne",
      app: {
        type: "app",
        id_code: "abc123",
      },
    },
    is: {
      subject: "1",
      email: "hoban@example.com",
      name: "Hoban Washburne",
    },
  },
});

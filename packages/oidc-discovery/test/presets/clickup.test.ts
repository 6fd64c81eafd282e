import { clickup } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(clickup({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      access_token: "12345678_b2b2",
    },
    gives: {
      accessToken: "12345678_b2b2",
      scopes: [],
    },
  },
  refusals: [
    {
      name: "a used code, refused in words of its own,",
      kind: "transient",
      status: 400,
      json: {
        err: "Code already used",
        ECODE: "OAUTH_014",
      },
    },
  ],
  account: {
    json: {
      user: {
        id: 123,
        username: "John Doe",
        email: "john@example.com",
        color: "#827718",
      },
    },
    is: {
      subject: "123",
      email: "john@example.com",
      name: "John Doe",
    },
  },
});

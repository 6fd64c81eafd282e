import { mailchimp } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(mailchimp({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      access_token: "ea5d2ed6a5ce4d4aa5c4d2b2f9e2",
      expires_in: 0,
      scope: null,
    },
    gives: {
      accessToken: "ea5d2ed6a5ce4d4aa5c4d2b2f9e2",
      scopes: [],
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
      status: 400,
      json: {
        error: "invalid_client",
      },
    },
  ],
  account: {
    json: {
      dc: "us19",
      role: "owner",
      accountname: "Freddie's Jokes",
      user_id: 67890,
      login: {
        email: "freddie@example.com",
        login_id: 111,
      },
      api_endpoint: "https://us19.api.mailchimp.com",
    },
    is: {
      subject: "67890",
      email: "freddie@example.com",
      name: "Freddie's Jokes",
    },
  },
});

import { calendly } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(calendly({ ...registration }), {
  authorizationParameters: {},
  granted: {
    json: {
      token_type: "Bearer",
      expires_in: 7200,
      created_at: 1548689183,
      refresh_token: "b77a76ffce83d3bc20531ddfa76704e584f0ee963f6041b8bfc70c91373267d5",
      access_token: "5d5HOLM1y7bYhbRr2Rlj",
      scope: "default",
      owner: "https://api.calendly.com/users/EBHAAFHDCAEQTSEZ",
      organization: "https://api.calendly.com/organizations/EBHAAFHDCAEQTSEZ",
    },
    gives: {
      accessToken: "5d5HOLM1y7bYhbRr2Rlj",
      refreshToken: "b77a76ffce83d3bc20531ddfa76704e584f0ee963f6041b8bfc70c91373267d5",
      expiresInSeconds: 7200,
      scopes: ["default"],
    },
  },
  refreshed: {
    json: {
      token_type: "Bearer",
      expires_in: 7200,
      created_at: 1548689183,
      refresh_token: "c88b87nextnext",
      access_token: "6e6IPMN2z8cZicSs3Smk",
      scope: "default",
      owner: "https://api.calendly.com/users/EBHAAFHDCAEQTSEZ",
      organization: "https://api.calendly.com/organizations/EBHAAFHDCAEQTSEZ",
    },
    gives: {
      accessToken: "6e6IPMN2z8cZicSs3Smk",
      refreshToken: "c88b87nextnext",
      expiresInSeconds: 7200,
      scopes: ["default"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "The provided authorization grant is invalid, expired, revoked.",
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
      resource: {
        uri: "https://api.calendly.com/users/AAAAAAAAAAAAAAAA",
        name: "John Doe",
        email: "test@example.com",
      },
    },
    is: {
      subject: "https://api.calendly.com/users/AAAAAAAAAAAAAAAA",
      email: "test@example.com",
      name: "John Doe",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://auth.calendly.com/oauth/revoke",
        body: {
          token: "b77a76ffce83d3bc20531ddfa76704e584f0ee963f6041b8bfc70c91373267d5",
        },
      },
      {
        method: "POST",
        url: "https://auth.calendly.com/oauth/revoke",
        body: {
          token: "5d5HOLM1y7bYhbRr2Rlj",
        },
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

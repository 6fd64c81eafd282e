import { canva } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(canva({ ...registration, scopes: ["asset:read", "design:content:read"] }), {
  authorizationParameters: {
    scope: "asset:read design:content:read",
  },
  granted: {
    json: {
      access_token:
        "JagALLazU0i2ld9WW4zTO4kaG0lkvP8Y5sSO206ZwxNF4E1y3xKJKF7TzN17BXTfaNOeY0P88AeRCE6cRF7SJzvf3Sx97rA80sGHtFplFo",
      refresh_token:
        "JABix5nolsk9k8n2r0f8nq1gw4zjo40ht6sb4i573wgdzmkwdmiy6muh897hp0bxyab276wtgqkvtob2mg9aidt5d6rcltcbcgs101",
      token_type: "Bearer",
      expires_in: 14400,
      scope: "asset:read design:content:read",
    },
    gives: {
      accessToken:
        "JagALLazU0i2ld9WW4zTO4kaG0lkvP8Y5sSO206ZwxNF4E1y3xKJKF7TzN17BXTfaNOeY0P88AeRCE6cRF7SJzvf3Sx97rA80sGHtFplFo",
      refreshToken:
        "JABix5nolsk9k8n2r0f8nq1gw4zjo40ht6sb4i573wgdzmkwdmiy6muh897hp0bxyab276wtgqkvtob2mg9aidt5d6rcltcbcgs101",
      expiresInSeconds: 14400,
      scopes: ["asset:read", "design:content:read"],
    },
  },
  refreshed: {
    json: {
      access_token: "KbhBnext",
      refresh_token: "KBCnext",
      token_type: "Bearer",
      expires_in: 14400,
      scope: "asset:read design:content:read",
    },
    gives: {
      accessToken: "KbhBnext",
      refreshToken: "KBCnext",
      expiresInSeconds: 14400,
      scopes: ["asset:read", "design:content:read"],
    },
  },
  refusals: [
    {
      name: "a refresh token that is dead",
      kind: "terminal",
      status: 400,
      json: {
        error: "invalid_grant",
        error_description: "The refresh token is invalid or has been used.",
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
      team_user: {
        user_id: "auDAbliZ2rQNNOsUl5OLu",
        team_id: "Oi2RJILTrKk0KRhRUZozX",
      },
    },
    is: {
      subject: "auDAbliZ2rQNNOsUl5OLu",
    },
  },
  revocation: {
    requests: [
      {
        method: "POST",
        url: "https://api.canva.com/rest/v1/oauth/revoke",
        body: {
          token:
            "JABix5nolsk9k8n2r0f8nq1gw4zjo40ht6sb4i573wgdzmkwdmiy6muh897hp0bxyab276wtgqkvtob2mg9aidt5d6rcltcbcgs101",
        },
        authorization: "Basic",
      },
      {
        method: "POST",
        url: "https://api.canva.com/rest/v1/oauth/revoke",
        body: {
          token:
            "JagALLazU0i2ld9WW4zTO4kaG0lkvP8Y5sSO206ZwxNF4E1y3xKJKF7TzN17BXTfaNOeY0P88AeRCE6cRF7SJzvf3Sx97rA80sGHtFplFo",
        },
        authorization: "Basic",
      },
    ],
    accessToken: "revoked",
    refreshToken: "revoked",
  },
});

import { facebook } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

const longLived = {
  accessToken: "EAACEdEose0cBA-long",
  expiresInSeconds: 5_183_944,
  scopes: ["public_profile", "pages_show_list"],
};

describeProvider(facebook({ ...registration, scopes: ["public_profile", "pages_show_list"] }), {
  authorizationParameters: { scope: "public_profile,pages_show_list" },
  // The token of an hour is exchanged at once.
  granted: {
    json: { access_token: "EAACEdEose0cBA", token_type: "bearer", expires_in: 3600 },
    gives: longLived,
  },
  refreshed: {
    json: { access_token: "EAACEdEose0cBA-long", token_type: "bearer", expires_in: 5_183_944 },
    gives: longLived,
  },
  refusals: [
    {
      name: "a token whose session is over",
      kind: "terminal",
      status: 400,
      json: { error: { message: "Session has expired.", type: "OAuthException", code: 190 } },
    },
    {
      name: "too many calls",
      kind: "transient",
      status: 400,
      json: { error: { message: "Application request limit reached", code: 4 } },
    },
  ],
  account: {
    json: { id: "10220", name: "Alice", email: "alice@example.com" },
    is: { subject: "10220", name: "Alice", email: "alice@example.com" },
  },
  revocation: {
    json: { success: true },
    requests: [
      {
        method: "DELETE",
        url: "https://graph.facebook.com/me/permissions",
        body: {},
        authorization: "Bearer",
      },
    ],
    accessToken: "revoked",
    refreshToken: "none",
  },
});

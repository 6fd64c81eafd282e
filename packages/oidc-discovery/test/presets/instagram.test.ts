import { instagram } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  instagram({
    ...registration,
    scopes: ["instagram_business_basic", "instagram_business_manage_messages"],
  }),
  {
    authorizationParameters: {
      scope: "instagram_business_basic,instagram_business_manage_messages",
    },
    granted: {
      json: {
        data: [
          {
            access_token: "EAACEdEose0",
            user_id: "1020",
            permissions: "instagram_business_basic,instagram_business_manage_messages",
          },
        ],
      },
      gives: {
        accessToken: "EAACEdEose0",
        expiresInSeconds: 3600,
        scopes: ["instagram_business_basic", "instagram_business_manage_messages"],
      },
    },
    refusals: [
      {
        name: "a code that was used before",
        kind: "transient",
        status: 400,
        json: {
          error_type: "OAuthException",
          code: 400,
          error_message: "Matching code was not found or was already used",
        },
      },
    ],
  },
);

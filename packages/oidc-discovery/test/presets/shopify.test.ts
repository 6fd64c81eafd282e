import { shopify } from "../../src/index.js";
import { describeProvider } from "../../src/testing/index.js";
import { registration } from "./registration.js";

describeProvider(
  shopify({ ...registration, scopes: ["read_products", "write_orders"], shop: "corner-shop" }),
  {
    authorizationParameters: {
      scope: "read_products,write_orders",
    },
    granted: {
      json: {
        access_token: "shpat_first",
        scope: "read_products,write_orders",
        expires_in: 3600,
        refresh_token: "shprt_first",
        refresh_token_expires_in: 7776000,
      },
      gives: {
        accessToken: "shpat_first",
        refreshToken: "shprt_first",
        expiresInSeconds: 3600,
        scopes: ["read_products", "write_orders"],
      },
    },
    refreshed: {
      json: {
        access_token: "shpat_next",
        scope: "read_products,write_orders",
        expires_in: 3600,
        refresh_token: "shprt_next",
        refresh_token_expires_in: 7776000,
      },
      gives: {
        accessToken: "shpat_next",
        refreshToken: "shprt_next",
        expiresInSeconds: 3600,
        scopes: ["read_products", "write_orders"],
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
        status: 400,
        json: {
          error: "invalid_client",
        },
      },
    ],
  },
);

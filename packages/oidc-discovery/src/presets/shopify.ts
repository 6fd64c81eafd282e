import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Shopify: apps that act for one shop. */
export const shopifyPreset: ProviderPreset = {
  provider: "shopify",
  displayName: "Shopify",
  docsUrl:
    "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens",
  checkedOn: "2026-11-26",
  authUrl: "https://{shop}.myshopify.com/admin/oauth/authorize",
  tokenUrl: "https://{shop}.myshopify.com/admin/oauth/access_token",
  // No revocationUrl: uninstalling the app ends its tokens.
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://{shop}.myshopify.com"],
  quirks: {
    scopeSeparator: ",",
    // Tokens of an hour with a refresh token; public apps must have these from 2027 on.
    tokenParameters: { expiring: "1" },
    defaultTokenType: "Bearer",
    // Since August 2026 a spent refresh token works until its successor is used, at most 30 days.
    refreshReuseWindowSeconds: 30 * 24 * 60 * 60,
    refreshTokenIdleSeconds: 90 * 24 * 60 * 60,
  },
  variables: {
    shop: {
      description: "the shop's name before .myshopify.com",
      example: "corner-shop",
      pattern: /^[a-z0-9][a-z0-9-]{0,99}$/,
    },
  },
};

/** An app at one shop. */
export interface ShopifyOptions extends PresetRegistration {
  /** The shop's name, `corner-shop` of `corner-shop.myshopify.com`. */
  readonly shop: string;
}

/**
 * An app of Shopify's developer dashboard, at one shop. Nothing is sent. The Admin API wants the token
 * in the header `x-shopify-access-token`.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function shopify(options: ShopifyOptions): OAuth2Config {
  const { shop, ...registration } = options ?? {};
  return fromPreset(shopifyPreset, { ...registration, variables: { shop } });
}

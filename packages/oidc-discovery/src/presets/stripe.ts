import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Stripe Connect: a platform that acts for accounts of other merchants. */
export const stripePreset: ProviderPreset = {
  provider: "stripe",
  displayName: "Stripe",
  docsUrl: "https://docs.stripe.com/connect/oauth-reference",
  checkedOn: "2026-11-26",
  // From libraries for Stripe Connect that name this page; the page itself could not be compared.
  authUrl: "https://connect.stripe.com/oauth/authorize",
  tokenUrl: "https://connect.stripe.com/oauth/token",
  // No revocationUrl: an account is disconnected by its id. Access tokens do not end by themselves.
  userinfoUrl: "https://api.stripe.com/v1/account",
  // The secret is the platform's secret API key.
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: ["https://api.stripe.com", "https://files.stripe.com"],
  quirks: {
    // The connected account itself, by the API.
    userinfoClaims: { subject: "id", email: "email", name: "business_profile.name" },
  },
};

/**
 * A platform of Stripe Connect, from the settings of the Stripe dashboard; the client secret is the
 * platform's secret API key. Nothing is sent. Stripe Apps are another matter: their token endpoint
 * takes the key as the user name of HTTP Basic, which no configuration here sends.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function stripe(registration: PresetRegistration): OAuth2Config {
  return fromPreset(stripePreset, registration);
}

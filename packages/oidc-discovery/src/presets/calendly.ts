import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Calendly. */
export const calendlyPreset: ProviderPreset = {
  provider: "calendly",
  displayName: "Calendly",
  docsUrl:
    "https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-refresh-token",
  checkedOn: "2026-11-26",
  authUrl: "https://auth.calendly.com/oauth/authorize",
  tokenUrl: "https://auth.calendly.com/oauth/token",
  revocationUrl: "https://auth.calendly.com/oauth/revoke",
  introspectionUrl: "https://auth.calendly.com/oauth/introspect",
  userinfoUrl: "https://api.calendly.com/users/me",
  // Basic is documented for tokens, but revocation takes the secret in the body; tokens take it there
  // too, as other libraries show.
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.calendly.com"],
  quirks: {
    userinfoClaims: { subject: "resource.uri", email: "resource.email", name: "resource.name" },
  },
};

/**
 * An app of Calendly's developer page. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function calendly(registration: PresetRegistration): OAuth2Config {
  return fromPreset(calendlyPreset, registration);
}

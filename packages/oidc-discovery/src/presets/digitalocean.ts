import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of DigitalOcean. */
export const digitaloceanPreset: ProviderPreset = {
  provider: "digitalocean",
  displayName: "DigitalOcean",
  docsUrl: "https://docs.digitalocean.com/reference/api/oauth/",
  checkedOn: "2026-11-26",
  authUrl: "https://cloud.digitalocean.com/v1/oauth/authorize",
  tokenUrl: "https://cloud.digitalocean.com/v1/oauth/token",
  // No revocationUrl: DigitalOcean's wants the token twice, as a bearer token and in the body.
  userinfoUrl: "https://api.digitalocean.com/v2/account",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.digitalocean.com"],
  quirks: {
    userinfoClaims: { subject: "account.uuid", email: "account.email", name: "account.name" },
  },
};

/**
 * An OAuth application of DigitalOcean's control panel. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function digitalocean(registration: PresetRegistration): OAuth2Config {
  return fromPreset(digitaloceanPreset, registration);
}

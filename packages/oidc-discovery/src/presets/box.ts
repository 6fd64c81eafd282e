import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Box: apps that users connect. */
export const boxPreset: ProviderPreset = {
  provider: "box",
  displayName: "Box",
  docsUrl: "https://developer.box.com/guides/authentication/oauth2/",
  checkedOn: "2026-11-26",
  authUrl: "https://account.box.com/api/oauth2/authorize",
  tokenUrl: "https://api.box.com/oauth2/token",
  revocationUrl: "https://api.box.com/oauth2/revoke",
  userinfoUrl: "https://api.box.com/2.0/users/me",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.box.com", "https://upload.box.com"],
  quirks: {
    refreshTokenIdleSeconds: 60 * 24 * 60 * 60,
    userinfoClaims: { subject: "id", email: "login", name: "name" },
  },
};

/**
 * An app of the Box developer console that users connect. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function box(registration: PresetRegistration): OAuth2Config {
  return fromPreset(boxPreset, registration);
}

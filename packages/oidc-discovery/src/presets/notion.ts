import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Notion's API. */
export const notionPreset: ProviderPreset = {
  provider: "notion",
  displayName: "Notion",
  docsUrl: "https://developers.notion.com/guides/get-started/authorization",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://api.notion.com/v1/oauth/authorize",
  tokenUrl: "https://api.notion.com/v1/oauth/token",
  revocationUrl: "https://api.notion.com/v1/oauth/revoke",
  // The connection is a bot; its owner is the person.
  userinfoUrl: "https://api.notion.com/v1/users/me",
  // The documentation sends JSON to tokenUrl; other libraries send forms, and those are taken too.
  clientAuthentication: "client_secret_basic",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.notion.com"],
  quirks: {
    authorizationParameters: { owner: "user" },
    userinfoRequest: { headers: { "notion-version": "2025-09-03" } },
    userinfoClaims: {
      subject: "bot.owner.user.id",
      email: "bot.owner.user.person.email",
      name: "bot.owner.user.name",
    },
    revocationRequest: {
      tokenType: "access_token",
      body: "json",
      headers: { "notion-version": "2025-09-03" },
    },
  },
};

/**
 * A public connection, from Notion's page of connections. Nothing is sent. Notion has no
 * scopes: what the connection may do is chosen where it is made.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function notion(registration: PresetRegistration): OAuth2Config {
  return fromPreset(notionPreset, registration);
}

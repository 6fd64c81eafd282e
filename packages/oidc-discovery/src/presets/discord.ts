import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Discord. */
export const discordPreset: ProviderPreset = {
  provider: "discord",
  displayName: "Discord",
  docsUrl: "https://discord.com/developers/docs/topics/oauth2",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://discord.com/oauth2/authorize",
  tokenUrl: "https://discord.com/api/oauth2/token",
  revocationUrl: "https://discord.com/api/oauth2/token/revoke",
  userinfoUrl: "https://discord.com/api/users/@me",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "rotating",
  apiOrigins: ["https://discord.com"],
  quirks: {
    // Needs the scope `identify`, and `email` for the address.
    userinfoClaims: { subject: "id", email: "email", name: "username" },
  },
};

/** A scope of Discord's that needs no approval. */
export type DiscordScope =
  | "applications.builds.read"
  | "applications.commands"
  | "applications.entitlements"
  | "applications.store.update"
  | "bot"
  | "connections"
  | "email"
  | "gdm.join"
  | "guilds"
  | "guilds.join"
  | "guilds.members.read"
  | "identify"
  | "role_connections.write"
  | "webhook.incoming";

/** One application at Discord. */
export interface DiscordOptions extends ScopedRegistration<DiscordScope> {
  /** With the scope `bot`: what the bot may do, as Discord's bit set in decimal. @defaultValue nothing */
  readonly permissions?: string | undefined;
}

/**
 * An application of Discord's developer portal. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function discord(options: DiscordOptions): OAuth2Config {
  const { permissions, ...registration } = options ?? {};
  if (permissions === undefined) return fromPreset(discordPreset, registration);
  const quirks = { ...discordPreset.quirks, authorizationParameters: { permissions } };
  return fromPreset({ ...discordPreset, quirks }, registration);
}

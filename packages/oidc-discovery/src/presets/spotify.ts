import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Spotify's Web API. */
export const spotifyPreset: ProviderPreset = {
  provider: "spotify",
  displayName: "Spotify",
  docsUrl: "https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens",
  // Compared with a stored copy of the documentation.
  checkedOn: "2026-11-26",
  authUrl: "https://accounts.spotify.com/authorize",
  tokenUrl: "https://accounts.spotify.com/api/token",
  // No revocationUrl: people remove an app on their account's own page.
  userinfoUrl: "https://api.spotify.com/v1/me",
  clientAuthentication: "client_secret_basic",
  // They end six months after the consent, however often they are used. Public clients get new ones.
  refreshTokens: "static",
  apiOrigins: ["https://api.spotify.com"],
  quirks: {
    // The e-mail address needs the scope `user-read-email`.
    userinfoClaims: { subject: "id", email: "email", name: "display_name" },
  },
};

/** A scope of Spotify's Web API. */
export type SpotifyScope =
  | "ugc-image-upload"
  | "user-read-playback-state"
  | "user-modify-playback-state"
  | "user-read-currently-playing"
  | "app-remote-control"
  | "streaming"
  | "playlist-read-private"
  | "playlist-read-collaborative"
  | "playlist-modify-private"
  | "playlist-modify-public"
  | "user-follow-modify"
  | "user-follow-read"
  | "user-read-playback-position"
  | "user-top-read"
  | "user-read-recently-played"
  | "user-library-modify"
  | "user-library-read"
  | "user-read-email"
  | "user-read-private";

/**
 * An app of Spotify's developer dashboard. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function spotify(registration: ScopedRegistration<SpotifyScope>): OAuth2Config {
  return fromPreset(spotifyPreset, registration);
}

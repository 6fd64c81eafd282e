import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Google. */
export const googlePreset: ProviderPreset = {
  provider: "google",
  displayName: "Google",
  docsUrl: "https://developers.google.com/identity/protocols/oauth2/web-server",
  checkedOn: "2026-11-25",
  // Google sends `iss` with authorization responses but does not promise it in its metadata.
  issuer: "https://accounts.google.com",
  authUrl: "https://accounts.google.com/o/oauth2/v2/auth",
  tokenUrl: "https://oauth2.googleapis.com/token",
  deviceAuthorizationUrl: "https://oauth2.googleapis.com/device/code",
  revocationUrl: "https://oauth2.googleapis.com/revoke",
  userinfoUrl: "https://openidconnect.googleapis.com/v1/userinfo",
  jwksUrl: "https://www.googleapis.com/oauth2/v3/certs",
  clientAuthentication: "client_secret_post",
  refreshTokens: "static",
  apiOrigins: [
    "https://www.googleapis.com",
    "https://openidconnect.googleapis.com",
    "https://admin.googleapis.com",
    "https://calendar-json.googleapis.com",
    "https://chat.googleapis.com",
    "https://classroom.googleapis.com",
    "https://docs.googleapis.com",
    "https://driveactivity.googleapis.com",
    "https://forms.googleapis.com",
    "https://gmail.googleapis.com",
    "https://meet.googleapis.com",
    "https://people.googleapis.com",
    "https://sheets.googleapis.com",
    "https://slides.googleapis.com",
    "https://tasks.googleapis.com",
    "https://youtube.googleapis.com",
  ],
  quirks: {
    // Without both, only the very first consent gives a refresh token.
    authorizationParameters: { access_type: "offline", prompt: "consent" },
    scopeAliases: {
      email: "https://www.googleapis.com/auth/userinfo.email",
      profile: "https://www.googleapis.com/auth/userinfo.profile",
    },
    // Six months.
    refreshTokenIdleSeconds: 180 * 24 * 60 * 60,
  },
};

/** Scopes of Google's APIs that agents ask for most, by API. Others are given as text. */
export const googleScopes = {
  cloud: {
    platform: "https://www.googleapis.com/auth/cloud-platform",
    platformReadonly: "https://www.googleapis.com/auth/cloud-platform.read-only",
    bigQuery: "https://www.googleapis.com/auth/bigquery",
    storageReadonly: "https://www.googleapis.com/auth/devstorage.read_only",
    storageReadWrite: "https://www.googleapis.com/auth/devstorage.read_write",
  },
  gmail: {
    full: "https://mail.google.com/",
    readonly: "https://www.googleapis.com/auth/gmail.readonly",
    modify: "https://www.googleapis.com/auth/gmail.modify",
    compose: "https://www.googleapis.com/auth/gmail.compose",
    send: "https://www.googleapis.com/auth/gmail.send",
    labels: "https://www.googleapis.com/auth/gmail.labels",
    metadata: "https://www.googleapis.com/auth/gmail.metadata",
  },
  drive: {
    full: "https://www.googleapis.com/auth/drive",
    readonly: "https://www.googleapis.com/auth/drive.readonly",
    file: "https://www.googleapis.com/auth/drive.file",
    appData: "https://www.googleapis.com/auth/drive.appdata",
    metadataReadonly: "https://www.googleapis.com/auth/drive.metadata.readonly",
  },
  calendar: {
    full: "https://www.googleapis.com/auth/calendar",
    readonly: "https://www.googleapis.com/auth/calendar.readonly",
    events: "https://www.googleapis.com/auth/calendar.events",
    eventsReadonly: "https://www.googleapis.com/auth/calendar.events.readonly",
    freeBusy: "https://www.googleapis.com/auth/calendar.freebusy",
  },
} as const;

type ValueOf<Values> = Values[keyof Values];

/** A scope of Google's that is known by name. */
export type GoogleScope =
  | "openid"
  | "email"
  | "profile"
  | ValueOf<{ [Api in keyof typeof googleScopes]: ValueOf<(typeof googleScopes)[Api]> }>;

/**
 * A client of Google's, from the credentials page of the Google Cloud console. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function google(registration: ScopedRegistration<GoogleScope>): OAuth2Config {
  return fromPreset(googlePreset, registration);
}

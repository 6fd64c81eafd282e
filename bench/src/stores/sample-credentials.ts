import { randomBytes } from "node:crypto";
import { AccessToken, type CredentialKey, type OAuth2Credentials, Secret } from "@rak-oauth/core";

/** Size of one sample credential as JSON, in bytes: what a provider with JWTs gives. */
export const sampleJsonBytes = 1600;

const scopes = ["openid", "email", "https://www.googleapis.com/auth/calendar.readonly"];
const refreshToken = randomText(200);
const accessToken = randomText(sampleJsonBytes - jsonOf("", refreshToken).length);

/** Credentials whose JSON is {@link sampleJsonBytes} long. */
export function sampleCredentials(): OAuth2Credentials {
  return {
    accessToken: new AccessToken(accessToken, {
      expiresAt: new Date(Date.now() + 3_600_000),
      scopes,
    }),
    refreshToken: new Secret(refreshToken),
    lifetimeSeconds: 3600,
  };
}

/** The same as plain JSON: what the floors store and read. */
export const sampleJson: string = jsonOf(accessToken, refreshToken);

/** The credential's owner number `index`. */
export function sampleKey(index: number): CredentialKey {
  return { userId: `user-${index}`, provider: "google" };
}

function jsonOf(access: string, refresh: string): string {
  return JSON.stringify({
    access_token: access,
    refresh_token: refresh,
    token_type: "Bearer",
    scopes,
    lifetime_seconds: 3600,
  });
}

function randomText(length: number): string {
  return randomBytes(length).toString("base64url").slice(0, length);
}

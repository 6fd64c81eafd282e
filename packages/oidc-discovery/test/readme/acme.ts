import type { OAuth2Config } from "@rak-oauth/core";
import {
  fromPreset,
  type PresetRegistration,
  type ProviderPreset,
} from "@rak-oauth/oidc-discovery";

const acmePreset: ProviderPreset = {
  provider: "acme",
  displayName: "Acme",
  docsUrl: "https://developers.acme.example/oauth",
  checkedOn: "2026-11-26",
  authUrl: "https://acme.example/oauth/authorize",
  tokenUrl: "https://acme.example/oauth/token",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.acme.example"],
};

export function acme(registration: PresetRegistration): OAuth2Config {
  return fromPreset(acmePreset, registration);
}

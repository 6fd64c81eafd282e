import type { OAuth2Config } from "@rak-oauth/core";
import {
  fromPreset,
  type PresetRegistration,
  type ProviderPreset,
} from "@rak-oauth/oidc-discovery";

const acmeBoards: ProviderPreset = {
  provider: "acme_boards", // in stores, events and the callback's path
  displayName: "Acme Boards", // what people read
  docsUrl: "https://developers.acme.example/oauth", // where all this is from …
  checkedOn: "2026-11-26", // … and when it was compared
  authUrl: "https://acme.example/oauth/authorize",
  tokenUrl: "https://acme.example/oauth/token",
  revocationUrl: "https://acme.example/oauth/revoke", // without one, disconnecting only forgets
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating", // each is spent once: the lease in the store takes care of that
  apiOrigins: ["https://api.acme.example"], // tokens go nowhere else
  quirks: {
    scopeSeparator: ",", // RFC 6749 has a space
    terminalErrors: ["token_was_spent"], // their word for invalid_grant
  },
};

/** A client registered at Acme Boards. */
export function acme(registration: PresetRegistration): OAuth2Config {
  return fromPreset(acmeBoards, registration);
}

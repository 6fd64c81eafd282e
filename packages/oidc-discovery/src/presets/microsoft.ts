import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type ScopedRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Microsoft Entra ID and Microsoft Graph, in the global cloud. */
export const microsoftPreset: ProviderPreset = {
  provider: "microsoft",
  displayName: "Microsoft",
  docsUrl: "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow",
  checkedOn: "2026-11-23",
  issuer: "https://login.microsoftonline.com/{tenant}/v2.0",
  authUrl: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
  tokenUrl: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
  deviceAuthorizationUrl: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
  // No revocationUrl: a user or an administrator revokes in Microsoft's own pages.
  userinfoUrl: "https://graph.microsoft.com/oidc/userinfo",
  jwksUrl: "https://login.microsoftonline.com/{tenant}/discovery/v2.0/keys",
  clientAuthentication: "client_secret_post",
  offlineScopes: ["offline_access"],
  refreshTokens: "rotating",
  apiOrigins: ["https://graph.microsoft.com"],
  quirks: {
    // Refresh tokens are replaced on each use and the old one is not revoked. It lives up to 90 days,
    // but only a day where the redirect URI is registered as a single-page application.
    refreshReuseWindowSeconds: 86_400,
    // https://learn.microsoft.com/entra/identity-platform/certificate-credentials
    clientAssertionAudience: "token_endpoint",
  },
  variables: {
    tenant: {
      description: 'a tenant id, a domain of the tenant, "common", "organizations" or "consumers"',
      example: "contoso.onmicrosoft.com",
      pattern: /^[a-z0-9][a-z0-9.-]{0,252}$/,
    },
  },
};

/** The tenant of all personal Microsoft accounts. */
const consumersTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** A scope of Microsoft Graph that agents ask for most, or one of OpenID Connect. */
export type MicrosoftScope =
  | "openid"
  | "profile"
  | "email"
  | "offline_access"
  | "User.Read"
  | "User.ReadBasic.All"
  | "Calendars.Read"
  | "Calendars.ReadWrite"
  | "Contacts.Read"
  | "Contacts.ReadWrite"
  | "Files.Read"
  | "Files.Read.All"
  | "Files.ReadWrite"
  | "Files.ReadWrite.All"
  | "Mail.Read"
  | "Mail.ReadWrite"
  | "Mail.Send"
  | "Chat.Read"
  | "Chat.ReadWrite"
  | "ChannelMessage.Send"
  | "OnlineMeetings.ReadWrite"
  | "People.Read"
  | "Sites.Read.All"
  | "Sites.ReadWrite.All"
  | "Tasks.Read"
  | "Tasks.ReadWrite";

/** One client registration in Microsoft Entra ID. */
export interface MicrosoftOptions extends ScopedRegistration<MicrosoftScope> {
  /**
   * Whose accounts may be used: a tenant's id or domain, `organizations` for every work or school
   * account, `consumers` for personal ones, `common` for both.
   *
   * @defaultValue "common"
   */
  readonly tenant?: string | undefined;
}

/**
 * A client of Microsoft's, from the app registrations of the Entra admin center. Nothing is sent.
 * The issuer, and with it the check of ID tokens, is known only for a tenant's id and for
 * `consumers`; with a domain, `organizations` or `common` each user's tenant has an issuer of its own.
 *
 * In place of a secret, Entra takes a certificate that was uploaded to the app registration: give
 * `clientPrivateKey` and `clientCertificate`, both PEM. Client assertions are then signed by PS256 and
 * name the certificate by its thumbprints, `x5t#S256` and `x5t` (RFC 7515 §4.1.7, §4.1.8); the private
 * key never leaves the process. Without `clientCertificate`, Entra does not know which key signed.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function microsoft(options: MicrosoftOptions): OAuth2Config {
  const { tenant: given = "common", ...registration } = options ?? {};
  const tenant = given === "consumers" ? consumersTenantId : `${given}`.toLowerCase();
  const hasOneIssuer = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tenant);
  // Entra knows a certificate by the assertion that names it, and asks no connection for one.
  const signs =
    registration.clientSecret === undefined && registration.clientPrivateKey !== undefined;
  return fromPreset(hasOneIssuer ? microsoftPreset : { ...microsoftPreset, issuer: undefined }, {
    ...registration,
    clientAuthentication:
      registration.clientAuthentication ?? (signs ? "private_key_jwt" : undefined),
    variables: { tenant },
  });
}

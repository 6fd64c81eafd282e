import type { OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Zendesk: apps that act for one account. */
export const zendeskPreset: ProviderPreset = {
  provider: "zendesk",
  displayName: "Zendesk",
  docsUrl: "https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/",
  checkedOn: "2026-11-26",
  authUrl: "https://{subdomain}.zendesk.com/oauth/authorizations/new",
  tokenUrl: "https://{subdomain}.zendesk.com/oauth/tokens",
  // Not RFC 7009 but the API's way of deleting the token that is presented.
  revocationUrl: "https://{subdomain}.zendesk.com/api/v2/oauth/tokens/current.json",
  userinfoUrl: "https://{subdomain}.zendesk.com/api/v2/users/me.json",
  clientAuthentication: "client_secret_post",
  refreshTokens: "rotating",
  apiOrigins: ["https://{subdomain}.zendesk.com"],
  quirks: {
    revocationRequest: {
      method: "DELETE",
      tokenType: "access_token",
      authorization: "token",
      body: "none",
    },
    userinfoClaims: { subject: "user.id", email: "user.email", name: "user.name" },
  },
  variables: {
    subdomain: {
      description: "the account's name before .zendesk.com",
      example: "example",
      pattern: /^[a-z0-9][a-z0-9-]{0,62}$/,
    },
  },
};

/** An OAuth client at one account. */
export interface ZendeskOptions extends PresetRegistration {
  /** The account's name, `example` of `example.zendesk.com`. */
  readonly subdomain: string;
}

/**
 * An OAuth client of Zendesk's admin center, at one account. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function zendesk(options: ZendeskOptions): OAuth2Config {
  const { subdomain, ...registration } = options ?? {};
  return fromPreset(zendeskPreset, { ...registration, variables: { subdomain } });
}

import { ConfigurationError, type OAuth2Config } from "@rak-oauth/core";
import { fromPreset, type PresetRegistration } from "../from-preset.js";
import type { ProviderPreset } from "../provider-preset.js";

/** What is known of Zoom: apps that users connect. */
export const zoomPreset: ProviderPreset = {
  provider: "zoom",
  displayName: "Zoom",
  docsUrl: "https://developers.zoom.us/docs/integrations/oauth/",
  checkedOn: "2026-11-25",
  authUrl: "https://zoom.us/oauth/authorize",
  tokenUrl: "https://zoom.us/oauth/token",
  deviceAuthorizationUrl: "https://zoom.us/oauth/devicecode",
  revocationUrl: "https://zoom.us/oauth/revoke",
  clientAuthentication: "client_secret_basic",
  refreshTokens: "rotating",
  apiOrigins: ["https://api.zoom.us"],
  quirks: {
    // Refresh tokens are good for one use; an unused one lives 90 days.
    refreshTokenIdleSeconds: 90 * 24 * 60 * 60,
  },
};

/** One app of the Zoom App Marketplace. */
export interface ZoomOptions extends PresetRegistration {
  /**
   * The account of a server-to-server app, which acts for that account and asks no user.
   *
   * @defaultValue none: an app that users connect
   */
  readonly accountId?: string | undefined;
}

/**
 * A client of Zoom's, from the Zoom App Marketplace: with `accountId` a server-to-server app, without
 * one that users connect. Nothing is sent.
 *
 * @throws ConfigurationError with every fault: field, value and how to mend it.
 */
export function zoom(options: ZoomOptions): OAuth2Config {
  const { accountId, ...registration } = options ?? {};
  if (accountId === undefined) return fromPreset(zoomPreset, registration);
  const { flow = "client_credentials" } = registration;
  if (typeof accountId !== "string" || !/^[\w-]{1,64}$/.test(accountId)) {
    throw new ConfigurationError(
      `OAuth2 configuration for "zoom": accountId is ${JSON.stringify(accountId)} and must be the account ID on the app's page, such as "Wk9PTV9BQ0NPVU5UX0lE".`,
    );
  }
  if (flow !== "client_credentials") {
    throw new ConfigurationError(
      `OAuth2 configuration for "zoom": flow is ${JSON.stringify(flow)} and accountId is given, which belongs to a server-to-server app. Remove one of them.`,
    );
  }
  const quirks = {
    clientCredentialsGrantType: "account_credentials",
    tokenParameters: { account_id: accountId },
  };
  return fromPreset({ ...zoomPreset, quirks }, { ...registration, flow });
}

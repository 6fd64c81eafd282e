export type { ClientIdMetadataOptions } from "./client-id-metadata.js";
export { clientIdMetadata, clientIdMetadataResponse } from "./client-id-metadata.js";
export type { ClientRegistration } from "./client-registration.js";
export type { DiagnoseOptions, Finding, TriedTokenEndpoint } from "./diagnose.js";
export { diagnose } from "./diagnose.js";
export type { DiscoverOptions } from "./discover.js";
export { discover } from "./discover.js";
export type { DiscoverMcpServerOptions, IssuerRegistration } from "./discover-mcp-server.js";
export { discoverMcpServer } from "./discover-mcp-server.js";
export type {
  FromPresetOptions,
  PresetRegistration,
  ScopedRegistration,
} from "./from-preset.js";
export { fromPreset } from "./from-preset.js";
export type { MetadataCacheOptions } from "./metadata-cache.js";
export { MetadataCache } from "./metadata-cache.js";
export { airtable, airtablePreset } from "./presets/airtable.js";
export { amazon, amazonPreset } from "./presets/amazon.js";
export { asana, asanaPreset } from "./presets/asana.js";
export { atlassian, atlassianPreset } from "./presets/atlassian.js";
export type { Auth0Options } from "./presets/auth0.js";
export { auth0, auth0Preset } from "./presets/auth0.js";
export { bitbucket, bitbucketPreset } from "./presets/bitbucket.js";
export { box, boxPreset } from "./presets/box.js";
export { calendly, calendlyPreset } from "./presets/calendly.js";
export { canva, canvaPreset } from "./presets/canva.js";
export { clickup, clickupPreset } from "./presets/clickup.js";
export type { CognitoOptions } from "./presets/cognito.js";
export { cognito, cognitoPreset } from "./presets/cognito.js";
export type { DatabricksOptions } from "./presets/databricks.js";
export { databricks, databricksPreset } from "./presets/databricks.js";
export { digitalocean, digitaloceanPreset } from "./presets/digitalocean.js";
export type { DiscordOptions, DiscordScope } from "./presets/discord.js";
export { discord, discordPreset } from "./presets/discord.js";
export { docusign, docusignPreset } from "./presets/docusign.js";
export { dropbox, dropboxPreset } from "./presets/dropbox.js";
export { facebook, facebookPreset } from "./presets/facebook.js";
export type { FigmaScope } from "./presets/figma.js";
export { figma, figmaPreset } from "./presets/figma.js";
export type { GithubScope } from "./presets/github.js";
export { github, githubPreset } from "./presets/github.js";
export type { GitlabOptions, GitlabScope } from "./presets/gitlab.js";
export { gitlab, gitlabPreset } from "./presets/gitlab.js";
export type { GoogleScope } from "./presets/google.js";
export { google, googlePreset, googleScopes } from "./presets/google.js";
export type {
  GoogleServiceAccount,
  GoogleServiceAccountOptions,
} from "./presets/google-service-account.js";
export { googleServiceAccount } from "./presets/google-service-account.js";
export { gusto, gustoPreset } from "./presets/gusto.js";
export { heroku, herokuPreset } from "./presets/heroku.js";
export { hubspot, hubspotPreset } from "./presets/hubspot.js";
export { instagram, instagramPreset } from "./presets/instagram.js";
export { intercom, intercomPreset } from "./presets/intercom.js";
export type { KeycloakOptions } from "./presets/keycloak.js";
export { keycloak, keycloakPreset } from "./presets/keycloak.js";
export { klaviyo, klaviyoPreset } from "./presets/klaviyo.js";
export type { LinearScope } from "./presets/linear.js";
export { linear, linearPreset } from "./presets/linear.js";
export { linkedin, linkedinPreset } from "./presets/linkedin.js";
export { mailchimp, mailchimpPreset } from "./presets/mailchimp.js";
export type { MicrosoftOptions, MicrosoftScope } from "./presets/microsoft.js";
export { microsoft, microsoftPreset } from "./presets/microsoft.js";
export { miro, miroPreset } from "./presets/miro.js";
export { monday, mondayPreset } from "./presets/monday.js";
export { notion, notionPreset } from "./presets/notion.js";
export type { OktaOptions } from "./presets/okta.js";
export { okta, oktaPreset } from "./presets/okta.js";
export { paypal, paypalPreset } from "./presets/paypal.js";
export { pipedrive, pipedrivePreset } from "./presets/pipedrive.js";
export type { QuickbooksScope } from "./presets/quickbooks.js";
export { quickbooks, quickbooksPreset } from "./presets/quickbooks.js";
export { reddit, redditPreset } from "./presets/reddit.js";
export type { SalesforceOptions } from "./presets/salesforce.js";
export { salesforce, salesforcePreset } from "./presets/salesforce.js";
export type { ShopifyOptions } from "./presets/shopify.js";
export { shopify, shopifyPreset } from "./presets/shopify.js";
export type { SlackOptions } from "./presets/slack.js";
export { slack, slackPreset } from "./presets/slack.js";
export type { SnowflakeOptions } from "./presets/snowflake.js";
export { snowflake, snowflakePreset } from "./presets/snowflake.js";
export type { SpotifyScope } from "./presets/spotify.js";
export { spotify, spotifyPreset } from "./presets/spotify.js";
export { square, squarePreset } from "./presets/square.js";
export type { StravaScope } from "./presets/strava.js";
export { strava, stravaPreset } from "./presets/strava.js";
export { stripe, stripePreset } from "./presets/stripe.js";
export type { TodoistScope } from "./presets/todoist.js";
export { todoist, todoistPreset } from "./presets/todoist.js";
export { twitch, twitchPreset } from "./presets/twitch.js";
export { webflow, webflowPreset } from "./presets/webflow.js";
export { x, xPreset } from "./presets/x.js";
export { xero, xeroPreset } from "./presets/xero.js";
export { yahoo, yahooPreset } from "./presets/yahoo.js";
export type { ZendeskOptions } from "./presets/zendesk.js";
export { zendesk, zendeskPreset } from "./presets/zendesk.js";
export type { ZohoOptions } from "./presets/zoho.js";
export { zoho, zohoPreset } from "./presets/zoho.js";
export type { ZoomOptions } from "./presets/zoom.js";
export { zoom, zoomPreset } from "./presets/zoom.js";
export type {
  PresetVariable,
  ProviderPreset,
  RefreshTokens,
} from "./provider-preset.js";
export { publicFetch } from "./public-fetch.js";
export type { ApplicationDescription, RegisterClientOptions } from "./register-client.js";
export { registerClient } from "./register-client.js";
export type { ResourceMetadataChallenge } from "./resource-metadata-challenge.js";
export { parseResourceMetadataChallenge } from "./resource-metadata-challenge.js";
export type { DiscoveryAlgorithm } from "./server-metadata.js";
export type { TokenChallenge } from "./token-challenges.js";
export { parseTokenChallenges, scopesOf } from "./token-challenges.js";

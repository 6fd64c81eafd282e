import type { Contender } from "../contender.js";
import { axiosAuthRefresh } from "./axios-auth-refresh.js";
import { azureMsalNode } from "./azure-msal-node.js";
import { badgatewayOauth2Client } from "./badgateway-oauth2-client.js";
import { betterAuthPeer } from "./better-auth.js";
import { googleAuthLibrary } from "./google-auth-library.js";
import { mcpSdk } from "./mcp-sdk.js";
import { oauth4webapi } from "./oauth4webapi.js";
import { openidClient } from "./openid-client.js";
import { simpleOauth2 } from "./simple-oauth2.js";

/** Other libraries that get access tokens. */
export const peers: readonly Contender[] = [
  openidClient,
  oauth4webapi,
  googleAuthLibrary,
  azureMsalNode,
  betterAuthPeer,
  mcpSdk,
  simpleOauth2,
  badgatewayOauth2Client,
  axiosAuthRefresh,
];

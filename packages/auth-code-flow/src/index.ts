export type { Scheduler } from "@rak-oauth/core";
export { AuthorizationCodeFlow } from "./authorization-code-flow.js";
export type {
  AuthorizationCodeFlowOptions,
  FinishedAuthorization,
  FlowFailure,
  PendingAuthorization,
  StartAuthorizationOptions,
  StartedAuthorization,
} from "./authorization-code-flow-options.js";
export type { AuthorizeWithLoopbackOptions } from "./authorize-with-loopback.js";
export { authorizeWithLoopback } from "./authorize-with-loopback.js";
export type { ChooseMessages } from "./choose-messages.js";
export { createMessageChoice } from "./choose-messages.js";
export type { ConfirmByUserOptions, UserConfirmation } from "./confirm-by-user.js";
export { confirmByUser } from "./confirm-by-user.js";
export type { ConnectionsPageOptions } from "./connections-page.js";
export { createConnectionsPage } from "./connections-page.js";
export type {
  DeviceAuthorizationFlowOptions,
  DeviceFlowFailure,
} from "./device-authorization-flow.js";
export { DeviceAuthorizationFlow } from "./device-authorization-flow.js";
export type { DisconnectConnectionOptions } from "./disconnect-connection.js";
export { disconnectConnection } from "./disconnect-connection.js";
export { englishMessages } from "./english-messages.js";
export type {
  AskUserPage,
  ConfirmAccountPage,
  ConnectedPage,
  FailedPage,
  FlowPage,
  GreetingPage,
  PageSubject,
  RenderedPage,
  ServerRefusal,
  StoppedPage,
} from "./flow-page.js";
export { germanMessages } from "./german-messages.js";
export type {
  ConnectionsMessages,
  EndOfAccess,
  Facts,
  FlowMessages,
  PageMessages,
  PageText,
} from "./page-messages.js";
export { createPageResponse } from "./page-response.js";
export { renderDefaultPage } from "./render-default-page.js";
export type { UnconfirmedAuthorization } from "./revoke-unconfirmed.js";
export type { SafeHtml } from "./safe-html.js";
export { html } from "./safe-html.js";
export type { ScopeMeaning } from "./scope-meanings.js";
export type { SessionVerifier, UserIdentifier } from "./session-verifier.js";
export type { UserVerifier } from "./user-verifier.js";
export { refuseAllBrowsers } from "./user-verifier.js";
export type { VerifyJwtOptions } from "./verify-jwt.js";
export { verifyJwt } from "./verify-jwt.js";
export type { SessionUser, VerifySessionCookieOptions } from "./verify-session-cookie.js";
export { verifySessionCookie } from "./verify-session-cookie.js";
export type {
  AuthorizationOutcome,
  WaitForAuthorizationOptions,
} from "./wait-for-settlement.js";

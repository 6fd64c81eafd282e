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
export type { ConfirmByUserOptions, UserConfirmation } from "./confirm-by-user.js";
export { confirmByUser } from "./confirm-by-user.js";
export type {
  AskUserPage,
  ConfirmAccountPage,
  ConnectedPage,
  FailedPage,
  FlowPage,
  PageSubject,
  RenderedPage,
  StoppedPage,
} from "./flow-page.js";
export { renderDefaultPage } from "./render-default-page.js";
export type { UserVerifier } from "./user-verifier.js";
export { refuseAllBrowsers } from "./user-verifier.js";
export type { VerifyJwtOptions } from "./verify-jwt.js";
export { verifyJwt } from "./verify-jwt.js";
export type { SessionUser, VerifySessionCookieOptions } from "./verify-session-cookie.js";
export { verifySessionCookie } from "./verify-session-cookie.js";
export type {
  AuthorizationOutcome,
  Scheduler,
  WaitForAuthorizationOptions,
} from "./wait-for-settlement.js";

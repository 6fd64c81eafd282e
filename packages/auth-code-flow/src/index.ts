export { AuthorizationCodeFlow } from "./authorization-code-flow.js";
export type {
  AuthorizationCodeFlowOptions,
  FinishedAuthorization,
  FlowFailure,
  PendingAuthorization,
  StartAuthorizationOptions,
  StartedAuthorization,
} from "./authorization-code-flow-options.js";
export type { ConnectedPage, FailedPage, FlowPage, RenderedPage } from "./flow-page.js";
export { renderDefaultPage } from "./render-default-page.js";
export type {
  AuthorizationOutcome,
  Scheduler,
  WaitForAuthorizationOptions,
} from "./wait-for-settlement.js";

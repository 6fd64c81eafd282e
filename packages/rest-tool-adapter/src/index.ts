export type { AgentTool } from "./agent-tool.js";
export { allOf } from "./all-of.js";
export type { ParametersSchema } from "./argument-validator.js";
export type { AuthorizationStarter, TokenProvider } from "./ask-user.js";
export type { AuthorizedAccess } from "./authorized-access.js";
export type { AuthorizedFetchOptions } from "./authorized-fetch.js";
export { createAuthorizedFetch } from "./authorized-fetch.js";
export type {
  AuthorizationWaiter,
  CallResumptionOptions,
  KeptCall,
  NamedCall,
  ResumedCall,
  ResumeOptions,
} from "./call-resumption.js";
export { CallResumption } from "./call-resumption.js";
export type { CollectedPages } from "./collect-pages.js";
export type {
  AgentAuth,
  AgentAuthOptions,
  BoundCall,
  BoundTool,
  UserTools,
} from "./create-agent-auth.js";
export { createAgentAuth } from "./create-agent-auth.js";
export type { OAuth2AuthOptions } from "./oauth2.js";
export { oauth2 } from "./oauth2.js";
export type { PaginationOptions } from "./pagination.js";
export type {
  HttpMethod,
  ParameterLocation,
  ParameterPlacement,
  ParameterStyle,
} from "./parameter-locations.js";
export type { BinaryContent, ResponseForm } from "./read-response.js";
export type { BodyEncoding, RequestBodyOptions } from "./request-body.js";
export type { ResponseOptions } from "./response-shape.js";
export { RestApiTool } from "./rest-api-tool.js";
export type { RestApiToolOptions } from "./rest-api-tool-options.js";
export type { StandardParametersSchema } from "./standard-arguments.js";
export type { ApiKeyOptions, BasicOptions, BearerOptions } from "./static-auth.js";
export { apiKey, basic, bearer } from "./static-auth.js";
export type {
  AuthorizedCall,
  CarriedSecret,
  CredentialCarrier,
  ProofOfPossession,
  RequestCredential,
  ToolAuth,
} from "./tool-auth.js";
export type { ToolContext } from "./tool-context.js";
export type { OnProgress, ToolProgress } from "./tool-progress.js";
export type {
  PendingAuthorizationResult,
  ToolFailure,
  ToolFailureReason,
  ToolResult,
  ToolSuccess,
} from "./tool-result.js";
export type { AuthorizedContext, AuthorizedTool, FunctionTool } from "./with-authorization.js";
export { withAuthorization } from "./with-authorization.js";

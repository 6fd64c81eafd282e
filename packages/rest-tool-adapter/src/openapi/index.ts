export type { AuthOptions, SchemeAuth } from "./choose-auth.js";
export type { ServerOptions } from "./choose-server.js";
export type { FetchDocumentOptions } from "./fetch-document.js";
export type { OpenApiOperation, OpenApiTool } from "./open-api-tool.js";
export type {
  LeftOutOperation,
  OpenApiToolsetFromUrlOptions,
  OpenApiToolsetOptions,
} from "./open-api-toolset.js";
export { OpenApiToolset } from "./open-api-toolset.js";
export type { FilterOptions, OperationFilter } from "./operation-filter.js";
export type { SharedToolOptions } from "./to-rest-api-tool-options.js";

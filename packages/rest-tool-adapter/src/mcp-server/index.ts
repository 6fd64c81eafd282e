export { type McpRequest, type RegisterToolsOptions, registerTools } from "./register-tools.js";

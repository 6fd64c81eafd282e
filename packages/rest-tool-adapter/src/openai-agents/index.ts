export { type RunUser, toFunctionTool, type UserFunctionTool } from "./to-function-tool.js";

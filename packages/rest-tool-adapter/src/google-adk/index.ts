export { type AdkToolOptions, toAdkTool } from "./to-adk-tool.js";

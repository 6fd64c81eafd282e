export { type AiTool, toAiTool, toAiTools } from "./to-ai-tool.js";

export { type LangChainToolOptions, type RunUser, toLangChainTool } from "./to-langchain-tool.js";

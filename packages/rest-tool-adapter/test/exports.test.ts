import { expect, it } from "vitest";
import * as aiSdk from "../src/ai-sdk/index.js";
import * as googleAdk from "../src/google-adk/index.js";
import * as api from "../src/index.js";
import * as langchain from "../src/langchain/index.js";
import * as mcpClient from "../src/mcp-client/index.js";
import * as mcpServer from "../src/mcp-server/index.js";
import * as openaiAgents from "../src/openai-agents/index.js";
import * as openapi from "../src/openapi/index.js";

it("exports exactly the public API", () => {
  expect(Object.keys(api).sort()).toEqual([
    "CallResumption",
    "RestApiTool",
    "allOf",
    "apiKey",
    "basic",
    "bearer",
    "createAgentAuth",
    "createAuthorizedFetch",
    "oauth2",
    "withAuthorization",
  ]);
  expect(Object.keys(aiSdk).sort()).toEqual(["toAiTool", "toAiTools"]);
  expect(Object.keys(openaiAgents).sort()).toEqual(["toFunctionTool"]);
  expect(Object.keys(langchain).sort()).toEqual(["toLangChainTool"]);
  expect(Object.keys(mcpServer).sort()).toEqual(["registerTools"]);
  expect(Object.keys(mcpClient).sort()).toEqual(["McpOAuthProvider"]);
  expect(Object.keys(googleAdk).sort()).toEqual(["toAdkTool"]);
  expect(Object.keys(openapi)).toEqual(["OpenApiToolset"]);
});

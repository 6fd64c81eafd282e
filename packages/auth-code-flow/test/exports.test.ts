import { expect, it } from "vitest";
import * as api from "../src/api/index.js";
import * as authCodeFlow from "../src/index.js";
import * as node from "../src/to-node-handler.js";

it("exports this and nothing else", () => {
  expect(Object.keys(authCodeFlow).sort()).toEqual([
    "AuthorizationCodeFlow",
    "DeviceAuthorizationFlow",
    "authorizeWithLoopback",
    "confirmByUser",
    "createConnectionsPage",
    "createMessageChoice",
    "createPageResponse",
    "disconnectConnection",
    "englishMessages",
    "germanMessages",
    "html",
    "refuseAllBrowsers",
    "renderDefaultPage",
    "verifyJwt",
    "verifySessionCookie",
  ]);
});

it("exports the API for agents apart from it", () => {
  expect(Object.keys(api).sort()).toEqual(["createAgentApi", "findClientFaults", "hashApiKey"]);
});

it("exports what serves the flow on Node.js apart from it", () => {
  expect(Object.keys(node)).toEqual(["toNodeHandler"]);
});

import { apiKey, basic, bearer, type ToolAuth } from "../src/index.js";

/** A secret with all that is spelt differently in JSON and in URLs. */
export const secret = "canary/key+with=signs-0123456789abcdef";

/** Each way a fixed credential travels. */
export const everyAuth: [string, () => ToolAuth][] = [
  ["bearer", () => bearer({ token: secret })],
  ["basic", () => basic({ username: "agent", password: secret })],
  ["API key in a header", () => apiKey({ in: "header", name: "X-Api-Key", value: secret })],
  ["API key in the query", () => apiKey({ in: "query", name: "key", value: secret })],
  ["API key in a cookie", () => apiKey({ in: "cookie", name: "session", value: secret })],
];

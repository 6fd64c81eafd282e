export type { AgentApiClient } from "./agent-api-client.js";
export { hashApiKey } from "./api-key.js";
export type { AgentApi, AgentApiOptions } from "./create-agent-api.js";
export { createAgentApi } from "./create-agent-api.js";
export type { AgentApiClientFault } from "./find-client-faults.js";
export { findClientFaults } from "./find-client-faults.js";
export type { UsedAssertions } from "./used-assertions.js";

import { describeAgentExample } from "@rak-oauth/test-kit/agent-example";

describeAgentExample(import.meta.url, { users: ["alice", "bob"] });

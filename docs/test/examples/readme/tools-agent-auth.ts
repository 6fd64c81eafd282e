import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { CredentialService, SuspendedCallStore } from "@rak-oauth/core";
import type { RestApiTool } from "@rak-oauth/rest-tool-adapter";

declare const createEvent: RestApiTool;
declare const stores: { readonly suspendedCalls: SuspendedCallStore };
declare const credentials: CredentialService;
declare const flow: AuthorizationCodeFlow;
declare const args: Readonly<Record<string, unknown>>;
declare const toolCall: { readonly id: string };
declare const signal: AbortSignal;
declare const authRequestId: string;
declare const conversation: {
  answer(callId: string | undefined, answer: unknown): Promise<void>;
};

// shown from here

import { createAgentAuth } from "@rak-oauth/rest-tool-adapter";

const agentAuth = createAgentAuth({
  tools: [createEvent],
  resumption: { store: stores.suspendedCalls, credentials, authorization: flow },
});

// in the process that talks to the model
const [tool] = agentAuth.forUser("alice").tools();
const result = await tool?.execute(args, { callId: toolCall.id, signal });

// there or in another, now or later: waits for the user, then makes the calls
for (const { callId, result, error } of await agentAuth.forUser("alice").resume(authRequestId)) {
  await conversation.answer(callId, error ?? result);
}

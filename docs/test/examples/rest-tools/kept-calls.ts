import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { CredentialService, SuspendedCallStore } from "@rak-oauth/core";
import {
  type AgentAuth,
  createAgentAuth,
  type PendingAuthorizationResult,
  type RestApiTool,
} from "@rak-oauth/rest-tool-adapter";

export function keepCalls(
  tool: RestApiTool,
  store: SuspendedCallStore,
  credentials: CredentialService,
  authorization: AuthorizationCodeFlow,
): AgentAuth {
  return createAgentAuth({ tools: [tool], resumption: { store, credentials, authorization } });
}

/** While the model runs: a pending call is kept. Gives the link, and what to wait for. */
export async function takeCall(
  agentAuth: AgentAuth,
  userId: string,
  callId: string,
  args: object,
): Promise<PendingAuthorizationResult | undefined> {
  const [tool] = agentAuth.forUser(userId).tools();
  const result = await tool?.execute({ ...args }, { callId });
  return result?.pending ? result : undefined;
}

/** Later, perhaps in another process: each call that waited is made once. */
export async function finishCalls(
  agentAuth: AgentAuth,
  authRequestId: string,
  answer: (callId: string | undefined, result: unknown) => void,
): Promise<void> {
  for (const call of (await agentAuth.resumption?.resume(authRequestId)) ?? []) {
    answer(call.callId, call.result ?? call.error);
  }
}

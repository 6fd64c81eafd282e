import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { CredentialService, SuspendedCallStore } from "@rak-oauth/core";
import {
  type AgentAuth,
  createAgentAuth,
  type PendingAuthorizationResult,
  type RestApiTool,
} from "@rak-oauth/rest-tool-adapter";

export function keepCalls(
  tools: readonly RestApiTool[],
  store: SuspendedCallStore,
  credentials: CredentialService,
  authorization: AuthorizationCodeFlow,
): AgentAuth {
  return createAgentAuth({ tools, resumption: { store, credentials, authorization } });
}

/** While the model runs: a pending call is kept, and the link goes to the user. */
export async function takeCall(
  agentAuth: AgentAuth,
  userId: string,
  modelCall: { readonly id: string; readonly name: string; readonly args: Record<string, unknown> },
  show: (pending: PendingAuthorizationResult) => void,
): Promise<void> {
  const tools = agentAuth.forUser(userId).tools();
  const tool = tools.find(({ name }) => name === modelCall.name);
  const result = await tool?.execute(modelCall.args, { callId: modelCall.id });
  if (result?.pending) show(result);
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

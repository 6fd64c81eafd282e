import {
  Command,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import type { AuthorizationOutcome } from "@rak-oauth/auth-code-flow";
import type { PendingAuthorizationResult, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { toLangChainTool } from "@rak-oauth/rest-tool-adapter/langchain";

export async function run(
  listEvents: RestApiTool,
  input: typeof MessagesAnnotation.State,
  userId: string,
  showAndWait: (pending?: PendingAuthorizationResult) => Promise<AuthorizationOutcome>,
): Promise<unknown> {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("tools", new ToolNode([toLangChainTool(listEvents, { interrupt })]))
    .addEdge("__start__", "tools")
    .compile({ checkpointer: new MemorySaver() });
  const settings = { configurable: { thread_id: "1" }, context: { userId } };
  const state = await graph.invoke(input, settings);
  if (!isInterrupted<PendingAuthorizationResult>(state)) return state;
  const resume = await showAndWait(state.__interrupt__[0]?.value);
  return graph.invoke(new Command({ resume }), settings);
}

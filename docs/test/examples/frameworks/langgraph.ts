import {
  Annotation,
  type BaseCheckpointSaver,
  Command,
  interrupt,
  isInterrupted,
  MessagesAnnotation,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { PendingAuthorizationResult, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { toLangChainTool } from "@rak-oauth/rest-tool-adapter/langchain";

type Messages = typeof MessagesAnnotation.State;

const RunContext = Annotation.Root({ userId: Annotation<string> });

/** `think` calls your model; `checkpointer` is one that outlives the process. */
export async function answer(
  listEvents: RestApiTool,
  flow: AuthorizationCodeFlow,
  think: (state: Messages) => Promise<Partial<Messages>>,
  checkpointer: BaseCheckpointSaver,
  conversation: { readonly id: string; readonly userId: string; readonly input: Messages },
  show: (link: string) => void,
): Promise<unknown> {
  const graph = new StateGraph(MessagesAnnotation, RunContext)
    .addNode("agent", think)
    .addNode("tools", new ToolNode([toLangChainTool(listEvents, { interrupt })]))
    .addEdge("__start__", "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent")
    .compile({ checkpointer });
  const { id, userId, input } = conversation;
  const settings = { configurable: { thread_id: id }, context: { userId } };
  const state = await graph.invoke(input, settings);
  const [stop] = isInterrupted<PendingAuthorizationResult>(state) ? state.__interrupt__ : [];
  if (stop?.value === undefined) return state;
  show(stop.value.auth_url);
  // A second process can do this from here on: the graph is in the checkpointer.
  const resume = await flow.waitForAuthorization(stop.value.auth_request_id);
  return graph.invoke(new Command({ resume }), settings);
}

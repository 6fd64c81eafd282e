import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import {
  Annotation,
  Command,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { askUser, listEvents } from "@rak-oauth/example-calendar";
import type { PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import { toLangChainTool } from "@rak-oauth/rest-tool-adapter/langchain";

const tools = [toLangChainTool(listEvents, { interrupt })];

// In place of your model, such as `new ChatOpenAI({ model: "gpt-5-mini" })`.
const model = fakeModel()
  .respondWithTools([{ id: "call-1", name: "list_events", args: {} }])
  .respond((messages) => new AIMessage(`Your calendar says: ${messages.at(-1)?.content}`))
  .bindTools(tools);

const RunContext = Annotation.Root({ userId: Annotation<string> });

const graph = new StateGraph(MessagesAnnotation, RunContext)
  .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode("tools", new ToolNode(tools))
  .addEdge("__start__", "agent")
  .addConditionalEdges("agent", toolsCondition)
  .addEdge("tools", "agent")
  // In production one that outlives the process, such as `PostgresSaver`.
  .compile({ checkpointer: new MemorySaver() });

const run = { configurable: { thread_id: "1" }, context: { userId: "alice" } };
let state = await graph.invoke({ messages: [new HumanMessage("What is on today?")] }, run);
while (isInterrupted<PendingAuthorizationResult>(state)) {
  const pending = state.__interrupt__[0]?.value;
  if (pending === undefined) throw new Error("The graph stopped for another reason.");
  const resume = await askUser("alice", pending);
  state = (await graph.invoke(new Command({ resume }), run)) as typeof state;
}
console.log(state.messages.at(-1)?.content);

// The calendar's server and the provider run in this process, and would keep it.
process.exit();

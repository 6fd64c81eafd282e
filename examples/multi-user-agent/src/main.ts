import { askUser, listEvents } from "@rak-oauth/example-calendar";
import { createAgentAuth } from "@rak-oauth/rest-tool-adapter";

// One agent and one set of tools, for any number of users.
const agent = createAgentAuth({ tools: [listEvents] });

/** A user's question, from whatever chat they are in. In place of your model, the tool is called. */
async function answer(userId: string): Promise<void> {
  // Bound to this user: nothing that the model says makes a call somebody else's.
  const [tool] = agent.forUser(userId).tools();
  let result = await tool?.execute({});
  while (result?.pending) {
    const outcome = await askUser(userId, result);
    if (outcome.status !== "completed") return console.log(`${userId}: ${outcome.status}`);
    result = await tool?.execute({});
  }
  if (result?.status !== "ok") return console.log(`${userId}: ${JSON.stringify(result)}`);
  const { events } = result.data as {
    readonly events: readonly { start: string; title: string }[];
  };
  console.log(`${userId}: ${events.map(({ start, title }) => `${start} ${title}`).join(", ")}`);
}

await answer("alice");
// Now at once: alice is connected and has her answer, while bob is still asked.
await Promise.all([answer("bob"), answer("alice")]);

// The calendar's server and the provider run in this process, and would keep it.
process.exit();

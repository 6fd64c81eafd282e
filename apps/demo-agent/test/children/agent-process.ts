import { openStack, type StackSettings } from "../resumption-stack.js";

/*
 * An agent in a process of its own. It is told to call the tool, or to resume what waits for an
 * authorization so many times at once, and sends what comes of it.
 */
const stack = await openStack(JSON.parse(process.argv[2] ?? "") as StackSettings);

/** What this process is told. */
export type AgentOrder =
  | {
      readonly kind: "call";
      readonly userId: string;
      readonly title: string;
      readonly callId: string;
    }
  | { readonly kind: "resume"; readonly id: string; readonly times: number };

async function follow(order: AgentOrder): Promise<unknown> {
  if (order.kind === "call") {
    const { userId, title, callId } = order;
    return stack.auth.forUser(userId).tools()[0]?.execute({ title }, { callId });
  }
  const { id, times } = order;
  const attempts = Array.from({ length: times }, () => stack.auth.resumption?.resume(id));
  return (await Promise.all(attempts)).flat();
}

process.on("message", (order) => {
  void follow(order as AgentOrder).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => void stack.close());
process.send?.("ready");

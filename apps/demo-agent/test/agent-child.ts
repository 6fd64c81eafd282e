import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { compileProgram } from "@rak-oauth/test-kit";
import { onTestFinished } from "vitest";
import type { AgentOrder } from "./children/agent-process.js";
import type { StackSettings } from "./resumption-stack.js";

/** An agent in a process of its own. */
export interface AgentChild {
  /** Does what it is told, and gives what came of it; fails when the process ends first. */
  follow<Answer>(order: AgentOrder): Promise<Answer>;
  kill(): Promise<void>;
}

/** Starts an agent that ends with the test at the latest. */
export async function startAgentChild(settings: StackSettings): Promise<AgentChild> {
  const program = await compileProgram(new URL("children/agent-process.ts", import.meta.url));
  const child = fork(program, [JSON.stringify(settings)], { execArgv: [] });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  await nextMessage(child);
  return {
    kill,
    follow: async <Answer>(order: AgentOrder) => {
      child.send(order);
      return (await nextMessage(child)) as Answer;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const ended = once(child, "exit", { signal }).then(([code, name]) => {
    throw new Error(`The agent's process ended with ${code ?? name} instead of a message.`);
  });
  try {
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    return message;
  } finally {
    ended.catch(() => undefined);
    done.abort();
  }
}

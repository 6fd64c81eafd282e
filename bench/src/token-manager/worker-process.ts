import { setTimeout as delay } from "node:timers/promises";
import { serveCallers } from "./callers.js";
import type { GetToken, OpenContender } from "./contender.js";
import { monotonicMs } from "./monotonic-ms.js";
import { contenderNamed } from "./shared-contenders.js";
import type { WorkerAnswer, WorkerOrder } from "./workers.js";

/*
 * One of several processes whose callers ask at the same moment. It does what its parent tells it:
 * get hold of a grant, then let the callers go at the barrier.
 */
const opened = new Map<string, Promise<OpenContender>>();
let getToken: GetToken | undefined;

process.on("message", (order: WorkerOrder) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());
process.send?.({});

async function obey(order: WorkerOrder): Promise<WorkerAnswer> {
  if (order.kind === "connect") {
    const { contender: name, surroundings, grant } = order;
    const open = opened.get(name) ?? contenderNamed(name).then((one) => one.open(surroundings));
    opened.set(name, open);
    getToken = await (await open).connect(grant);
    return { endedAtMs: 0, failed: 0 };
  }
  for (;;) {
    const remainingMs = order.startAtMs - monotonicMs();
    if (remainingMs <= 0) break;
    await delay(remainingMs);
  }
  let token: string | undefined;
  const { failed } = await serveCallers(order.callers, async () => {
    const got = (await getToken?.()) ?? "";
    token ??= got;
    return got;
  });
  return { endedAtMs: monotonicMs(), failed, token };
}

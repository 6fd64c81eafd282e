import { setImmediate } from "node:timers/promises";

/** What this process holds after everything unused was collected, in MiB; needs `--expose-gc`. */
export async function liveMemoryMiB(): Promise<number> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("Memory needs node --expose-gc.");
  collect();
  // What was freed by finalizers is counted only after a turn of the event loop.
  await setImmediate();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

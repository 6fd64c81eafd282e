import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";

/** Runs apart, for a hostile text of a few megabytes keeps the parser busy for a minute. */
const program = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { parse } = require(workerData.parser);
  const settings = { schema: "core", uniqueKeys: false, prettyErrors: false, logLevel: "error" };
  try {
    parentPort.postMessage({ json: JSON.stringify(parse(workerData.text, settings)) ?? "null" });
  } catch (error) {
    parentPort.postMessage({ problem: String(error?.message ?? error) });
  }
`;

const memoryLimits = { maxOldGenerationSizeMb: 1024, stackSizeMb: 4 } as const;

/**
 * The value of a YAML text, as JSON would have it.
 *
 * @throws Error that says why it is no YAML, or that parsing took too much memory.
 * @throws the signal's reason when it ends first.
 */
export async function parseYaml(text: string, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  const parser = createRequire(import.meta.url).resolve("yaml");
  const worker = new Worker(program, {
    eval: true,
    workerData: { parser, text },
    resourceLimits: memoryLimits,
    execArgv: [],
    env: {},
  });
  try {
    return await new Promise<unknown>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("the parser ended early")));
      worker.once("message", (answer: { readonly json: string } | { readonly problem: string }) => {
        if ("json" in answer) resolve(JSON.parse(answer.json));
        else reject(new Error(answer.problem));
      });
    });
  } finally {
    await worker.terminate();
  }
}

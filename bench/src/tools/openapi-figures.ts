import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setImmediate } from "node:timers/promises";
import { OpenApiToolset } from "@rak-oauth/rest-tool-adapter/openapi";
import { atMost, type Figure } from "../figure.js";
import { median } from "../statistics.js";

const require = createRequire(import.meta.url);
const wantedTools = 10_000;
const rounds = 5;

/**
 * What it costs to make tools of GitHub's OpenAPI document, once and of as many copies as make ten
 * thousand tools: CPU time with parsing, and the memory that stays.
 */
export async function measureOpenApi(tell: (line: string) => void): Promise<readonly Figure[]> {
  const path = require.resolve("@octokit/openapi/generated/api.github.com.json");
  const text = await readFile(path, "utf8");
  const parsing: number[] = [];
  const making: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = cpuSeconds();
    const document: unknown = JSON.parse(text);
    const parsed = cpuSeconds();
    toTools(document);
    parsing.push(parsed - began);
    making.push(cpuSeconds() - parsed);
  }
  tell(
    `one document: ${median(making).toFixed(2)} s, and ${median(parsing).toFixed(2)} s to parse`,
  );
  const before = await liveMebibytes();
  const began = cpuSeconds();
  const toolsets: OpenApiToolset[] = [];
  for (let count = 0; count < wantedTools; ) {
    const toolset = toTools(JSON.parse(text));
    toolsets.push(toolset);
    count += toolset.tools.length;
  }
  const seconds = cpuSeconds() - began;
  const mebibytes = (await liveMebibytes()) - before;
  const count = toolsets.reduce((sum, { tools }) => sum + tools.length, 0);
  tell(`${count} tools: ${seconds.toFixed(2)} s, ${mebibytes.toFixed(0)} MiB`);
  return [
    {
      name: "GitHub's document to tools, CPU",
      value: median(parsing) + median(making),
      unit: "s",
      target: atMost(2),
      detail: `${toolsets[0]?.tools.length} tools; ${median(parsing).toFixed(2)} s of it JSON.parse of ${(text.length / 1e6).toFixed(0)} MB`,
    },
    {
      name: "10,000 tools of documents, CPU",
      value: seconds,
      unit: "s",
      target: atMost(5),
      detail: `${count} tools of ${toolsets.length} copies, each parsed anew`,
    },
    {
      name: "10,000 tools of documents, memory",
      value: mebibytes,
      unit: "MiB",
      target: atMost(150),
      detail: "what lives on after the documents are gone, names and descriptions included",
    },
  ];
}

/** Of this process: no less than the time it takes alone on a machine, and the same on a busy one. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function toTools(document: unknown): OpenApiToolset {
  return OpenApiToolset.fromDocument(document, { includeDeprecated: true });
}

async function liveMebibytes(): Promise<number> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error("Memory needs node --expose-gc.");
  collect();
  // What was freed by finalizers is counted only after a turn of the event loop.
  await setImmediate();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

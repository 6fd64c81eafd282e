#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { callbackApiSuite } from "./callback-api/callback-api-suite.js";
import { callbackServerSuite } from "./callback-server/callback-server-suite.js";
import { discoverySuite } from "./discovery/discovery-suite.js";
import { faultsSuite } from "./faults/faults-suite.js";
import { type Figure, reachesTarget, type Suite } from "./figure.js";
import { toTable, writeResults } from "./report.js";
import { storesSuite } from "./stores/stores-suite.js";
import { tokenManagerSuite } from "./token-manager/token-manager-suite.js";
import { toolsSuite } from "./tools/tools-suite.js";

const suites: readonly Suite[] = [
  storesSuite,
  tokenManagerSuite,
  toolsSuite,
  callbackServerSuite,
  callbackApiSuite,
  discoverySuite,
  faultsSuite,
];
const resultsFolder = fileURLToPath(new URL("../results", import.meta.url));

const help = `Measures what the project promises, as ratios in one run against peers and floors.

Usage
  npx -y pnpm@12.21.0 bench                      lists the suites
  npx -y pnpm@12.21.0 bench <suite>… [options]   runs them; "all" runs all

Suites
${suites.map(({ name, description, parts }) => `  ${name.padEnd(15)} ${description}\n  ${" ".repeat(15)} parts: ${parts.map((part) => part.name).join(", ")}`).join("\n")}

Options
  --only <part>   runs that part only; may be given several times
  --quick         tries with less, where a part can: the targets are for the full size
  -h, --help      shows this

A table goes to the terminal. A whole suite at full size also leaves its figures, with targets and
machine, in bench/results/<suite>.json. Ratios are medians of rounds in which everything that is
compared is measured in turns. A figure without a target informs: what peers do, what floors cost.

Exit codes
  0  every target is reached     1  a target is missed     2  wrong usage
`;

// Not left to end by itself: Node.js 20 may wait for ever then for connections that were cut.
process.exit(await main());

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: "string", multiple: true, default: [] },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(help);
    return 0;
  }
  const wanted = positionals.includes("all") ? suites.map(({ name }) => name) : positionals;
  const unknown = wanted.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    return misused("suite", unknown, suites);
  }
  const chosen = suites.filter(({ name }) => wanted.includes(name));
  const parts = chosen.flatMap((suite) => suite.parts);
  const unknownPart = values.only.find((name) => !parts.some((part) => part.name === name));
  if (unknownPart !== undefined) return misused("part", unknownPart, parts);
  const isWhole = values.only.length === 0 && !values.quick;
  let missed = 0;
  for (const suite of chosen) {
    const tell = (line: string) => process.stderr.write(`${suite.name}: ${line}\n`);
    const figures: Figure[] = [];
    for (const part of suite.parts) {
      if (values.only.length > 0 && !values.only.includes(part.name)) continue;
      figures.push(...(await part.measure(tell, values.quick ? "quick" : "full")));
    }
    if (figures.length === 0) continue;
    process.stdout.write(`\n${suite.name}\n${toTable(figures)}\n`);
    if (isWhole) {
      const file = await writeResults(resultsFolder, suite.name, figures);
      process.stdout.write(`\nKept in ${file}\n`);
    }
    missed += figures.filter((figure) => !reachesTarget(figure)).length;
  }
  return missed === 0 ? 0 : 1;
}

function misused(what: string, name: string, known: readonly { readonly name: string }[]): number {
  const names = known.map((one) => one.name).join(", ");
  process.stderr.write(`There is no ${what} "${name}". There are: ${names}.\n`);
  return 2;
}

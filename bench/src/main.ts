#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reachesTarget, type Suite } from "./figure.js";
import { toTable, writeResults } from "./report.js";
import { storesSuite } from "./stores/stores-suite.js";

const suites: readonly Suite[] = [storesSuite];
const resultsFolder = fileURLToPath(new URL("../results", import.meta.url));

const help = `Measures what the project promises, as ratios in one run against peers and floors.

Usage
  npx -y pnpm@12.21.0 bench             lists the suites
  npx -y pnpm@12.21.0 bench <suite>…    runs them; "all" runs all

Suites
${suites.map(({ name, description }) => `  ${name.padEnd(10)} ${description}`).join("\n")}

A table goes to the terminal, figures with targets and machine to bench/results/<suite>.json.

Exit codes
  0  every target is reached     1  a target is missed     2  wrong usage
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h", default: false } },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(help);
    return 0;
  }
  const wanted = positionals.includes("all") ? suites.map(({ name }) => name) : positionals;
  const unknown = wanted.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    const known = suites.map(({ name }) => name).join(", ");
    process.stderr.write(`There is no suite "${unknown}". There are: ${known}.\n`);
    return 2;
  }
  let missed = 0;
  for (const suite of suites.filter(({ name }) => wanted.includes(name))) {
    const figures = await suite.run((line) => process.stderr.write(`${suite.name}: ${line}\n`));
    const file = await writeResults(resultsFolder, suite.name, figures);
    process.stdout.write(`\n${suite.name}\n${toTable(figures)}\n\nKept in ${file}\n`);
    missed += figures.filter((figure) => !reachesTarget(figure)).length;
  }
  return missed === 0 ? 0 : 1;
}

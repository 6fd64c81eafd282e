import { mkdir, writeFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import colours from "picocolors";
import { type Figure, reachesTarget } from "./figure.js";

/** Puts figures in a table for the terminal. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    figure.value === undefined ? "–" : withUnit(figure.value, figure.unit),
    figure.target === undefined
      ? "–"
      : `${figure.target.direction === "at most" ? "≤" : "≥"} ${withUnit(figure.target.value, figure.unit)}`,
    figure.detail,
  ]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row, index) => {
      const figure = figures[index];
      const good = figure !== undefined && reachesTarget(figure);
      const mark =
        figure?.target === undefined ? " " : good ? colours.green("✓") : colours.red("✗");
      const [name = "", value = "", target = "", detail = ""] = row;
      const [nameWidth = 0, valueWidth = 0, targetWidth = 0] = widths;
      return `${mark} ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}  ${target.padEnd(targetWidth)}  ${colours.dim(detail)}`;
    })
    .join("\n");
}

/** Keeps the figures of a suite, with the machine they were measured on, and tells where. */
export async function writeResults(
  folder: string,
  suite: string,
  figures: readonly Figure[],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${suite}.json`);
  const [cpu] = cpus();
  const results = {
    suite,
    measuredAt: new Date().toISOString(),
    machine: {
      cpu: cpu?.model,
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${process.platform} ${release()}`,
      node: process.version,
    },
    figures: figures.map((figure) => ({ ...figure, reached: reachesTarget(figure) })),
  };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  return file;
}

function withUnit(value: number, unit: string): string {
  const isCount = unit !== "×" && Number.isInteger(value);
  const digits = Math.abs(value) >= 100 || isCount ? 0 : 2;
  return `${value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
}

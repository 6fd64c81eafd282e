import { readFile } from "node:fs/promises";
import type { SettingFault } from "./setting-fault.js";

/** What {@link readJsonList} needs. */
export interface ReadJsonListOptions {
  /** The environment variable that names the file. */
  readonly name: string;
  readonly path: string;
  /** What to write there instead. */
  readonly example: string;
  readonly faults: SettingFault[];
}

/** The list in a JSON file; none, and a fault, when there is none. Nothing of the file is shown. */
export async function readJsonList(options: ReadJsonListOptions): Promise<readonly unknown[]> {
  const { name, path, example, faults } = options;
  const given = `is ${JSON.stringify(path)}, which`;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    faults.push({
      name,
      problem: `${given} cannot be read (${code}). Give the path of a readable file.`,
    });
    return [];
  }
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // JSON.parse quotes the text around the fault, which may be a secret.
  }
  faults.push({ name, problem: `${given} does not hold a JSON list. Write ${example}.` });
  return [];
}

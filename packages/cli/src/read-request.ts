import { readFile } from "node:fs/promises";
import type { CommandProcess } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/**
 * The body that `--data` gives, itself or where it is.
 *
 * @throws UsageError when it cannot be read or is not JSON; what it holds is not shown.
 */
export async function readBody(
  data: string | undefined,
  { stdin }: Pick<CommandProcess, "stdin">,
): Promise<string | undefined> {
  if (data === undefined) return undefined;
  const text = await readText(data, stdin);
  try {
    JSON.parse(text);
  } catch {
    throw new UsageError(`--data is not JSON. Give it as '{"name": "value"}', @file or -.`);
  }
  return text;
}

async function readText(data: string, stdin: CommandProcess["stdin"]): Promise<string> {
  if (data === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("utf8");
  }
  if (!data.startsWith("@")) return data;
  const path = data.slice(1);
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`--data names ${path}, which cannot be read (${code}).`);
  }
}

/**
 * The headers of `--header` lines.
 *
 * @throws UsageError for a line that is none, and for `Authorization`, which is ours to set.
 */
export function readHeaders(lines: readonly string[], hasBody: boolean): Headers {
  const headers = new Headers({ accept: "application/json" });
  if (hasBody) headers.set("content-type", "application/json");
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:\s]+):\s*(.*)$/s.exec(line) ?? [];
    if (name.toLowerCase() === "authorization") {
      throw new UsageError(
        "--header gives Authorization, and the provider's token goes there. Leave it out.",
      );
    }
    try {
      headers.set(name, value);
    } catch {
      throw new UsageError('A --header is no header. Write it as "Name: value".');
    }
  }
  return headers;
}

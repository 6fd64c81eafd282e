import picocolors from "picocolors";

/** What a command needs of the process it runs in; `process` has it. */
export interface CommandProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  once(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

interface OutputStream {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean | undefined;
}

/** What a command has to say: the same facts for a person and for a script. */
export interface Answer {
  /** Lines for a person. */
  readonly text: string;
  /** The result for `--json`, in the shape that the README documents. */
  readonly json: unknown;
}

/** Where a command's results and progress go. */
export class Terminal {
  readonly isJson: boolean;
  /** For results. */
  readonly colors: ReturnType<typeof picocolors.createColors>;
  readonly #process: CommandProcess;
  readonly #errorColors: ReturnType<typeof picocolors.createColors>;

  constructor(host: CommandProcess, isJson: boolean) {
    this.#process = host;
    this.isJson = isJson;
    this.colors = picocolors.createColors(isColored(host, host.stdout));
    this.#errorColors = picocolors.createColors(isColored(host, host.stderr));
  }

  /** The result, on standard output. */
  answer({ text, json }: Answer): void {
    this.#process.stdout.write(this.isJson ? `${JSON.stringify(json)}\n` : `${text}\n`);
  }

  /** Bytes that are the result as they are. */
  pass(bytes: string | Uint8Array): void {
    this.#process.stdout.write(bytes);
  }

  /** What a person may want to know meanwhile, on standard error. */
  tell(line: string): void {
    this.#process.stderr.write(`${line}\n`);
  }

  warn(line: string): void {
    this.tell(`${this.#errorColors.yellow("warning:")} ${toOneLine(line)}`);
  }

  fail(line: string): void {
    this.tell(`${this.#errorColors.red("error:")} ${line}`);
  }
}

/** @see https://no-color.org */
function isColored({ env }: CommandProcess, { isTTY = false }: OutputStream): boolean {
  return isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb";
}

/** Without line ends, and without what a terminal would obey: names come from providers. */
export function toOneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, " ")
    .replace(/\p{Cc}/gu, "�")
    .trim();
}

/** Rows under their headings; the first row is the headings. */
export function formatTable(
  rows: readonly (readonly string[])[],
  colorHeading: (text: string) => string,
): string {
  const clean = rows.map((row) => row.map(toOneLine));
  const widths = (clean[0] ?? []).map((_, column) =>
    Math.max(...clean.map((row) => row[column]?.length ?? 0)),
  );
  const lines = clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line, index) => (index === 0 ? colorHeading(line) : line)).join("\n");
}

import { intro, log, note, outro, spinner } from "@clack/prompts";
import colours from "picocolors";

/** What the demo tells, line by line. */
export interface Screen {
  title(text: string, details: readonly string[]): void;
  chapter(text: string): void;
  says(who: string, text: string): void;
  /** What happened behind the scenes, and why. */
  explain(text: string): void;
  link(text: string, url: string): void;
  /** Shows that something takes its time; the message stays afterwards. */
  during<T>(text: string, done: string, work: Promise<T>): Promise<T>;
  table(heading: string, rows: readonly CheckedStep[]): void;
  end(text: string, good: boolean): void;
}

/** One thing the story promised, and what was seen. */
export interface CheckedStep {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/** Whether a step went as promised. */
export function isAsExpected(step: CheckedStep): boolean {
  return step.expected === step.seen;
}

/** Tells the story on a terminal; without one, as plain lines. */
export function createScreen(): Screen {
  return {
    title(text, details) {
      intro(colours.inverse(` ${text} `));
      log.message(details.map((line) => colours.dim(line)).join("\n"));
    },
    chapter: (text) => log.step(colours.bold(text)),
    says: (who, text) => log.message(`${colours.cyan(`${who}:`)} ${text}`),
    explain: (text) => log.message(colours.dim(text)),
    link: (text, url) => note(colours.underline(url), text, { format: (line) => line }),
    async during(text, done, work) {
      if (!process.stdout.isTTY) {
        const value = await work;
        log.message(colours.dim(done));
        return value;
      }
      const wheel = spinner();
      wheel.start(text);
      try {
        const value = await work;
        wheel.stop(colours.dim(done));
        return value;
      } catch (error) {
        wheel.error(text);
        throw error;
      }
    },
    table: (heading, rows) => note(toTable(rows), heading, { format: (line) => line }),
    end: (text, good) => outro(good ? colours.green(text) : colours.red(text)),
  };
}

function toTable(rows: readonly CheckedStep[]): string {
  const width = Math.max(...rows.map((row) => row.what.length));
  return rows
    .map((row) => {
      const good = isAsExpected(row);
      const mark = good ? colours.green("✓") : colours.red("✗");
      const seen = good ? row.seen : `${row.seen} ${colours.red(`instead of ${row.expected}`)}`;
      return `${mark} ${row.what.padEnd(width)}  ${seen}`;
    })
    .join("\n");
}

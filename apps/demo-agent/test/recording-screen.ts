import type { CheckedStep, Screen } from "../src/screen.js";

/** A screen that keeps what it is told. */
export class RecordingScreen implements Screen {
  readonly lines: string[] = [];

  title(text: string, details: readonly string[]): void {
    this.lines.push(text, ...details);
  }

  chapter(text: string): void {
    this.lines.push(text);
  }

  says(who: string, text: string): void {
    this.lines.push(`${who}: ${text}`);
  }

  explain(text: string): void {
    this.lines.push(text);
  }

  link(text: string, url: string): void {
    this.lines.push(text, url);
  }

  during<T>(text: string, done: string, work: Promise<T>): Promise<T> {
    this.lines.push(text, done);
    return work;
  }

  table(heading: string, rows: readonly CheckedStep[]): void {
    this.lines.push(heading, ...rows.map((row) => `${row.what} ${row.seen}`));
  }

  end(text: string): void {
    this.lines.push(text);
  }
}

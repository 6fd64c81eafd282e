import type { Secret } from "@rak-oauth/core";

const replacement = "[redacted]";

interface Hidden {
  /** Longest run of letters and digits: escaping leaves it as it is, so it is quick to look for. */
  readonly core: string;
  readonly text: string;
}

/** Takes secrets out of texts, also where they are escaped for JSON or a URL. */
export class Redactor {
  /** No escaped secret is longer than this, in characters. */
  readonly longest: number;
  readonly #hidden: readonly Hidden[];

  constructor(secrets: readonly Secret[]) {
    const texts = [...new Set(secrets.map((secret) => secret.secret()))]
      .filter((text) => text !== "")
      // Of two that begin alike the longer one has to be tried first.
      .sort((one, other) => other.length - one.length);
    this.#hidden = texts.map((text) => ({ core: coreOf(text), text }));
    this.longest = (texts[0]?.length ?? 0) * 12;
  }

  /**
   * The first `limit` characters of a text with every secret replaced. A secret that lies across the
   * limit is replaced as a whole, if the text goes on far enough.
   *
   * @param limit - in characters of the text as it was. @defaultValue all of it
   */
  redact(text: string, limit: number = text.length): string {
    const present = this.#hidden.filter(({ core }) => text.includes(core));
    if (present.length === 0) return text.slice(0, limit);
    const anySecret = new RegExp(present.map(({ text }) => patternOf(text)).join("|"), "gu");
    let clean = "";
    let position = 0;
    for (const match of text.matchAll(anySecret)) {
      if (match.index >= limit) break;
      clean += text.slice(position, match.index) + replacement;
      position = match.index + match[0].length;
    }
    return clean + text.slice(position, Math.max(position, limit));
  }

  /** Tells whether a JSON text holds no secret in any spelling; false when it is not certain. */
  isFree(json: string): boolean {
    return !json.includes("\\u") && !this.#hidden.some(({ core }) => json.includes(core));
  }

  /** The same as `redact` for a value out of JSON: its texts, numbers and names of properties. */
  redactValue(value: unknown): unknown {
    if (typeof value === "string") return this.redact(value);
    if (typeof value === "number") {
      const text = String(value);
      return this.redact(text) === text ? value : replacement;
    }
    if (Array.isArray(value)) return value.map((item) => this.redactValue(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.redact(name), this.redactValue(item)]),
    );
  }
}

function coreOf(text: string): string {
  const runs = text.match(/[A-Za-z0-9]+/g) ?? [];
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), "");
}

function patternOf(text: string): string {
  return [...text]
    .map((character) => (/[A-Za-z0-9]/.test(character) ? character : anyForm(character)))
    .join("");
}

/** As it is, as JSON (`\/`, `\u002b`), as JSON within JSON up to three deep, or percent-encoded. */
function anyForm(character: string): string {
  const literal = `\\\\{0,7}\\u{${character.codePointAt(0)?.toString(16)}}`;
  const units = character
    .split("")
    .map((unit) => `\\\\{1,7}u${anyCase(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`)
    .join("");
  const bytes = [...Buffer.from(character, "utf8")]
    .map((byte) => `%${anyCase(byte.toString(16).padStart(2, "0"))}`)
    .join("");
  return `(?:${literal}|${units}|${bytes})`;
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

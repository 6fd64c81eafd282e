import { ConfigurationError } from "@rak-oauth/core";
import { createPicker, parsePath } from "./answer-path.js";
import type { ResponseForm } from "./read-response.js";
import type { ToolFailure, ToolSuccess } from "./tool-result.js";

/** What of an answer a tool shows. */
export interface ResponseOptions {
  /**
   * Paths of what is kept of a JSON answer, each thing in its place: `items[].id` keeps the lists'
   * `id`, `next.cursor` what it says, `[].name` the names in an answer that is a list. A dot within a
   * name is written `\.`. With `pagination` they are paths within an item.
   *
   * @defaultValue all of it
   */
  readonly pick?: string | readonly string[] | undefined;
  /** How much is shown, in characters of text or JSON. @defaultValue all that was read */
  readonly maximumCharacters?: number | undefined;
  /** How an answer is read. @defaultValue "auto": by its media type */
  readonly as?: ResponseForm | undefined;
}

const forms: readonly string[] = ["auto", "text", "json", "binary"];

/** Shows a model no more of answers than it is to see. */
export class ResponseShape {
  readonly form: ResponseForm;
  readonly #pick: ((value: unknown) => unknown) | undefined;
  readonly #maximumCharacters: number;

  /** @throws ConfigurationError when a setting cannot work. */
  constructor(options: ResponseOptions, where: string) {
    const { pick, maximumCharacters = Number.POSITIVE_INFINITY, as: form = "auto" } = options;
    if (!forms.includes(form)) {
      throw new ConfigurationError(
        `${where}: response.as is ${JSON.stringify(form)} and must be "auto", "text", "json" or "binary".`,
      );
    }
    if (!(maximumCharacters >= 1)) {
      throw new ConfigurationError(
        `${where}: response.maximumCharacters is ${String(maximumCharacters)} and must be a number from 1.`,
      );
    }
    this.form = form;
    this.#pick = pick === undefined ? undefined : pickerOf(pick, where);
    this.#maximumCharacters = maximumCharacters;
  }

  /** What a model sees of a whole result. */
  show(result: ToolSuccess | ToolFailure): ToolSuccess | ToolFailure {
    if (result.status === "error" || this.#pick === undefined) return this.cut(result);
    return this.cut({ ...result, data: this.pick(result.data) });
  }

  /** What is kept of a JSON value. */
  pick(value: unknown): unknown {
    const isJson = typeof value === "object" && value !== null;
    return this.#pick === undefined || !isJson ? value : (this.#pick(value) ?? null);
  }

  /** Cuts what is too long, and says so. */
  cut<Result extends ToolSuccess | ToolFailure>(result: Result): Result {
    const limit = this.#maximumCharacters;
    if (limit === Number.POSITIVE_INFINITY) return result;
    const { data = null } = result;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    if (text.length <= limit) return result;
    // Not between the two halves of one character.
    const length = (text.codePointAt(limit - 1) ?? 0) > 0xffff ? limit - 1 : limit;
    return {
      ...result,
      data: text.slice(0, length),
      truncatedAfterCharacters: length,
      totalCharacters: text.length,
    };
  }
}

function pickerOf(pick: string | readonly string[], where: string): (value: unknown) => unknown {
  const texts = typeof pick === "string" ? [pick] : pick;
  return createPicker(
    texts.map((text) => {
      const path = parsePath(text);
      if (path !== undefined && path.length > 0) return path;
      throw new ConfigurationError(
        `${where}: response.pick holds ${JSON.stringify(text)}, which is no path. Write names with dots between them and [] after lists, such as "items[].id".`,
      );
    }),
  );
}

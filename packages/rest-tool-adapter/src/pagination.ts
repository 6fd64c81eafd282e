import { ConfigurationError } from "@rak-oauth/core";
import { type AnswerPath, parsePath, select } from "./answer-path.js";
import type { ApiResponse } from "./http-exchange.js";
import { findNextLink } from "./next-link.js";
import { withQueryParameter } from "./query.js";
import type { ToolRequest } from "./request-blueprint.js";

interface PaginationLimits {
  /** Path of the list in each answer, such as `data.items`. @defaultValue the answer is the list */
  readonly items?: string | undefined;
  /** How many pages one call collects. @defaultValue 10 */
  readonly maximumPages?: number | undefined;
  /** How many items one call collects. @defaultValue 1000 */
  readonly maximumItems?: number | undefined;
}

/**
 * How the next page of a GET is found: by a link in the `Link` header (RFC 8288) or in a field of the
 * answer, by a cursor in a field that goes into a query parameter, by the number of the page, or by
 * the number of items before it. Fields are paths such as `meta.next`.
 */
export type PaginationOptions = PaginationLimits &
  (
    | { readonly by: "link"; readonly field?: string | undefined }
    | { readonly by: "cursor"; readonly field: string; readonly parameter: string }
    | {
        readonly by: "page";
        readonly parameter: string;
        /** Number of the first page. @defaultValue 1 */
        readonly first?: number | undefined;
      }
    | { readonly by: "offset"; readonly parameter: string }
  );

/** One page of an answer. */
export interface Page {
  readonly request: ToolRequest;
  readonly response: ApiResponse;
  readonly data: unknown;
  /** How many items of it are kept. */
  readonly kept: number;
}

/** Where it goes on. */
export interface NextPage {
  /** Absent where it cannot be asked for: a link to another origin. */
  readonly request?: ToolRequest | undefined;
  /** What the parameter has to be for it. */
  readonly value?: string | number | undefined;
}

/** Knows how the pages of one API follow each other. */
export class Pagination {
  readonly maximumPages: number;
  readonly maximumItems: number;
  readonly #options: PaginationOptions;
  readonly #items: AnswerPath;
  readonly #field: AnswerPath | undefined;

  /** @throws ConfigurationError when a setting cannot work. */
  constructor(options: PaginationOptions, where: string) {
    const fault = (problem: string) => new ConfigurationError(`${where}: pagination.${problem}`);
    const path = (name: string, text: string | undefined) => {
      const parsed = text === undefined ? undefined : parsePath(text);
      if (text !== undefined && parsed === undefined) {
        throw fault(
          `${name} is ${JSON.stringify(text)}, which is no path. Write names with dots between them, such as "meta.next".`,
        );
      }
      return parsed;
    };
    if (!["link", "cursor", "page", "offset"].includes(options.by)) {
      throw fault(
        `by is ${JSON.stringify(options.by)} and must be "link", "cursor", "page" or "offset".`,
      );
    }
    if (options.by !== "link" && !options.parameter) {
      throw fault("parameter is missing. Name the query parameter of the next page.");
    }
    this.#field = path("field", "field" in options ? options.field : undefined);
    if (options.by === "cursor" && this.#field === undefined) {
      throw fault("field is missing. Say where the answer has the cursor.");
    }
    this.#options = options;
    this.#items = path("items", options.items) ?? [];
    this.maximumPages = options.maximumPages ?? 10;
    this.maximumItems = options.maximumItems ?? 1000;
    for (const name of ["maximumPages", "maximumItems"] as const) {
      if (!Number.isInteger(this[name]) || this[name] < 1) {
        throw fault(`${name} is ${String(this[name])} and must be a whole number from 1.`);
      }
    }
  }

  /** The query parameter that pages are asked for by; none for links. */
  get parameter(): string | undefined {
    return this.#options.by === "link" ? undefined : this.#options.parameter;
  }

  /** Whether it can go on from any item, and not only from a page. */
  get countsItems(): boolean {
    return this.#options.by === "offset";
  }

  /** The items of an answer; nothing when it has no list where it should be. */
  itemsOf(data: unknown): readonly unknown[] | undefined {
    const items = select(data, this.#items);
    return Array.isArray(items) ? items : undefined;
  }

  /** What follows a page; nothing when it is the last one. */
  next(page: Page): NextPage | undefined {
    const options = this.#options;
    if (options.by === "link") return this.#nextByLink(page);
    const { url } = page.request;
    if (options.by === "cursor") {
      const cursor = select(page.data, this.#field ?? []);
      if (typeof cursor !== "number" && (typeof cursor !== "string" || cursor === "")) {
        return undefined;
      }
      // An API that gives the same cursor again would never end.
      if (url.searchParams.get(options.parameter) === String(cursor)) return undefined;
      return this.#nextByValue(page, options.parameter, cursor);
    }
    if (page.kept === 0) return undefined;
    const given = Number(url.searchParams.get(options.parameter) ?? Number.NaN);
    const first = options.by === "page" ? (options.first ?? 1) : 0;
    const current = Number.isNaN(given) ? first : given;
    const step = options.by === "page" ? 1 : page.kept;
    return this.#nextByValue(page, options.parameter, current + step);
  }

  #nextByLink({ request, response, data }: Page): NextPage | undefined {
    const text = this.#field ? select(data, this.#field) : findNextLink(response.header("link"));
    if (typeof text !== "string" || text === "") return undefined;
    if (!URL.canParse(text, request.url.href)) return {};
    const url = new URL(text, request.url);
    if (url.origin !== request.url.origin || url.href === request.url.href) return {};
    url.username = "";
    url.password = "";
    return { request: { ...request, url } };
  }

  #nextByValue({ request }: Page, parameter: string, value: string | number): NextPage {
    const url = withQueryParameter(request.url, parameter, String(value));
    return { request: { ...request, url }, value };
  }
}

import type { ApiResponse } from "./http-exchange.js";
import type { Pagination } from "./pagination.js";
import type { ToolRequest } from "./request-blueprint.js";
import type { TellProgress } from "./tool-progress.js";
import type { PendingAuthorizationResult, ToolFailure, ToolSuccess } from "./tool-result.js";

/** What several pages came to: the `data` of a tool with `pagination`. */
export interface CollectedPages {
  readonly items: readonly unknown[];
  readonly pages: number;
  /** Whether the API has more than is here. */
  readonly hasMore: boolean;
  /** What the pages' parameter has to be to go on from here, where that is known. */
  readonly next?: string | number | undefined;
  /** Why it ended early, in words for the model, where a later page failed. */
  readonly stoppedBy?: string | undefined;
}

/** One answer with its result. */
export interface AnsweredRequest {
  readonly result: ToolSuccess | ToolFailure;
  readonly response: ApiResponse;
  readonly pending?: undefined;
}

/** What {@link collectPages} needs. */
export interface CollectPagesOptions {
  readonly pagination: Pagination;
  readonly first: ToolRequest;
  readonly ask: (request: ToolRequest) => Promise<AnsweredRequest | PendingAuthorizationResult>;
  /** What is kept of an item. */
  readonly pick: (item: unknown) => unknown;
  readonly tell: TellProgress;
}

/**
 * Asks for one page after the other, up to the limits. An answer without a list, and a failure of
 * the first page, is the result as it is; a later failure ends the collection and is told in it.
 */
export async function collectPages(
  options: CollectPagesOptions,
): Promise<ToolSuccess | ToolFailure | PendingAuthorizationResult> {
  const { pagination, ask, pick, tell } = options;
  const { maximumItems, maximumPages } = pagination;
  const items: unknown[] = [];
  const collected = (pages: number, rest: Omit<CollectedPages, "items" | "pages">): ToolSuccess => {
    const data: CollectedPages = { items, pages, ...rest };
    return { status: "ok", httpStatus: 200, data };
  };
  let request = options.first;
  let position: Pick<CollectedPages, "next"> = {};
  for (let pages = 1; ; pages += 1) {
    const answer = await ask(request);
    if (answer.pending) return answer;
    const { result, response } = answer;
    const found = result.status === "ok" ? pagination.itemsOf(result.data) : undefined;
    if (found === undefined) {
      if (pages === 1) return result;
      const stoppedBy =
        result.status === "error" ? result.message : "The next page holds no list of items.";
      return collected(pages - 1, { hasMore: true, ...position, stoppedBy });
    }
    const kept = found.slice(0, maximumItems - items.length);
    items.push(...kept.map(pick));
    tell({ kind: "page", pages, items: items.length });
    const next = pagination.next({ request, response, data: result.data, kept: kept.length });
    const isCut = kept.length < found.length;
    // Behind a page that was cut the rest of it would be left out.
    const isKnown = next?.value !== undefined && (!isCut || pagination.countsItems);
    position = isKnown ? { next: next.value } : {};
    const isEnough = isCut || pages === maximumPages || items.length === maximumItems;
    if (next?.request === undefined || isEnough) {
      return collected(pages, { hasMore: next !== undefined || isCut, ...position });
    }
    request = next.request;
  }
}

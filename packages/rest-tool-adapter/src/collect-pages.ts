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
  /**
   * The failure that an error of `ask` means for the model.
   *
   * @throws the error, or what it stands for, where a person has to mend it or the caller gave up.
   */
  readonly failureOf: (error: unknown) => ToolFailure;
}

/**
 * Asks for one page after the other, up to the limits. An answer without a list, and a failure of
 * the first page, is the result as it is; a later failure ends the collection and is told in it.
 */
export async function collectPages(
  options: CollectPagesOptions,
): Promise<ToolSuccess | ToolFailure | PendingAuthorizationResult> {
  const { pagination, ask, pick, tell, failureOf } = options;
  const { maximumItems, maximumPages } = pagination;
  const items: unknown[] = [];
  const collected = (pages: number, rest: Omit<CollectedPages, "items" | "pages">): ToolSuccess => {
    const data: CollectedPages = { items, pages, ...rest };
    return { status: "ok", httpStatus: 200, data };
  };
  const asked = new Set<string>();
  let request = options.first;
  let position: Pick<CollectedPages, "next"> = {};
  for (let pages = 1; ; pages += 1) {
    const stop = (stoppedBy: string) =>
      collected(pages - 1, { hasMore: true, ...position, stoppedBy });
    let answer: AnsweredRequest | PendingAuthorizationResult;
    try {
      answer = await ask(request);
    } catch (error) {
      // What was collected is worth more than to know that there is more.
      const failure = failureOf(error);
      return pages === 1 ? failure : stop(failure.message);
    }
    if (answer.pending) return answer;
    const { result, response } = answer;
    const found = result.status === "ok" ? pagination.itemsOf(result.data) : undefined;
    if (found === undefined) return pages === 1 ? result : stop(reasonOf(result));
    const kept = found.slice(0, maximumItems - items.length);
    items.push(...kept.map(pick));
    tell({ kind: "page", pages, items: items.length });
    const next = pagination.next({ request, response, data: result.data, kept: kept.length });
    const isCut = kept.length < found.length;
    // Behind a page that was cut the rest of it would be left out.
    const isKnown = next?.value !== undefined && (!isCut || pagination.countsItems);
    position = isKnown ? { next: next.value } : {};
    const isEnough = isCut || pages === maximumPages || items.length === maximumItems;
    asked.add(request.url.href);
    // A way that leads back would never end.
    const leadsBack = next?.request !== undefined && asked.has(next.request.url.href);
    if (next?.request === undefined || isEnough || leadsBack) {
      return collected(pages, { hasMore: next !== undefined || isCut, ...position });
    }
    request = next.request;
  }
}

/** Why an answer is no page. */
function reasonOf(result: ToolSuccess | ToolFailure): string {
  if (result.status === "error") return result.message;
  return result.truncatedAfterBytes === undefined
    ? "The next page holds no list of items."
    : `The next page is longer than the ${result.truncatedAfterBytes} bytes that are read of an answer.`;
}

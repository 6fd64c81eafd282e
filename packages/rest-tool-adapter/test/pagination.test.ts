import { describe, expect, it } from "vitest";
import {
  apiKey,
  type PaginationOptions,
  RestApiTool,
  type RestApiToolOptions,
  type ToolProgress,
} from "../src/index.js";
import { useApi } from "./api.js";

const api = useApi();

function createTool(pagination: PaginationOptions, options: Partial<RestApiToolOptions> = {}) {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: `${api.origin}/items`,
    allowInsecureLoopback: true,
    retries: 0,
    pagination,
    ...options,
  });
}

/** Answers with two items a page, of so many pages. */
function servePages(pages: number, answer: (page: number, items: number[]) => Response): void {
  api.answer((request) => {
    const page = Number(new URL(request.url).searchParams.get("page") ?? 1);
    return answer(page, page > pages ? [] : [page * 2 - 1, page * 2]);
  });
}

function linked(pages: number, next: (page: number) => string): void {
  servePages(pages, (page, items) =>
    Response.json(items, {
      headers:
        page < pages
          ? { link: `<${api.origin}/x>; rel="prev", <${next(page + 1)}>; title="a, b"; rel="next"` }
          : {},
    }),
  );
}

const requests = () => api.seen.map(({ url }) => url.pathname + url.search);

describe("pages by the Link header", () => {
  it("all pages make one list", async () => {
    linked(3, (page) => `/items?page=${page}`);
    expect(await createTool({ by: "link" }).execute({})).toEqual({
      status: "ok",
      httpStatus: 200,
      data: { items: [1, 2, 3, 4, 5, 6], pages: 3, hasMore: false },
    });
    expect(requests()).toEqual(["/items", "/items?page=2", "/items?page=3"]);
  });

  it.each([
    [{ maximumPages: 2 }, { items: [1, 2, 3, 4], pages: 2, hasMore: true }],
    [{ maximumItems: 3 }, { items: [1, 2, 3], pages: 2, hasMore: true }],
    [{ maximumItems: 4 }, { items: [1, 2, 3, 4], pages: 2, hasMore: true }],
    [{ maximumItems: 6 }, { items: [1, 2, 3, 4, 5, 6], pages: 3, hasMore: false }],
  ])("%j is the limit, and the result says that there is more", async (limits, data) => {
    linked(3, (page) => `/items?page=${page}`);
    expect(await createTool({ by: "link", ...limits }).execute({})).toMatchObject({ data });
  });

  it.each(["https://evil.example/items?page=2", "//evil.example/", "http://["])(
    "RT-03 a link to %s is not followed",
    async (url) => {
      linked(3, () => url);
      expect(await createTool({ by: "link" }).execute({})).toMatchObject({
        data: { items: [1, 2], pages: 1, hasMore: true },
      });
    },
  );

  it("a link in a field of the answer works the same", async () => {
    servePages(2, (page, items) =>
      Response.json({
        value: items,
        "@odata.nextLink": page < 2 ? `${api.origin}/items?page=${page + 1}` : undefined,
      }),
    );
    const field = String.raw`@odata\.nextLink`;
    const tool = createTool({ by: "link", field, items: "value" });
    expect(await tool.execute({})).toMatchObject({
      data: { items: [1, 2, 3, 4], pages: 2, hasMore: false },
    });
  });

  it("RT-03 the credential goes with each page, and once", async () => {
    const auth = apiKey({ in: "query", name: "key", value: "canary k" });
    linked(2, (page) => `/items?key=echoed&page=${page}`);
    const result = await createTool({ by: "link" }, { auth }).execute({});
    expect(requests()).toEqual(["/items?key=canary%20k", "/items?page=2&key=canary%20k"]);
    expect(JSON.stringify(result)).not.toContain("canary");
  });
});

describe("pages by a cursor", () => {
  const pagination = {
    by: "cursor",
    field: "meta.next",
    parameter: "page",
    items: "data.list",
  } as const;
  const serve = () =>
    servePages(3, (page, list) =>
      Response.json({ data: { list }, meta: { next: page < 3 ? page + 1 : null } }),
    );

  it("the cursor goes into its parameter, beside the arguments", async () => {
    serve();
    const tool = createTool(pagination, {
      parameters: { type: "object", properties: { q: { type: "string" } } },
    });
    expect(await tool.execute({ q: "a b" })).toMatchObject({
      data: { items: [1, 2, 3, 4, 5, 6], pages: 3, hasMore: false },
    });
    expect(requests()).toEqual([
      "/items?q=a%20b",
      "/items?q=a%20b&page=2",
      "/items?q=a%20b&page=3",
    ]);
  });

  it("the result says where it goes on, and a model can go on from there", async () => {
    serve();
    const tool = createTool(
      { ...pagination, maximumPages: 1 },
      { parameters: { type: "object", properties: { page: { type: "integer" } } } },
    );
    expect(await tool.execute({})).toMatchObject({
      data: { items: [1, 2], hasMore: true, next: 2 },
    });
    expect(await tool.execute({ page: 2 })).toMatchObject({
      data: { items: [3, 4], hasMore: true, next: 3 },
    });
    const cut = createTool({ ...pagination, maximumItems: 1 });
    expect(await cut.execute({})).toEqual({
      status: "ok",
      httpStatus: 200,
      data: { items: [1], pages: 1, hasMore: true },
    });
  });

  it("an API that gives the same cursor for ever ends", async () => {
    api.answer(() => Response.json({ data: { list: [1] }, meta: { next: "same" } }));
    expect(await createTool(pagination).execute({})).toMatchObject({
      data: { items: [1, 1], pages: 2, hasMore: false },
    });
  });
});

describe("pages by number", () => {
  it("the page's number counts up until a page is empty", async () => {
    servePages(2, (_, items) => Response.json({ items }));
    const tool = createTool({ by: "page", parameter: "page", items: "items" });
    expect(await tool.execute({})).toMatchObject({
      data: { items: [1, 2, 3, 4], pages: 3, hasMore: false },
    });
    expect(requests()).toEqual(["/items", "/items?page=2", "/items?page=3"]);
  });

  it("an offset counts items, also within a page", async () => {
    api.answer((request) => {
      const skip = Number(new URL(request.url).searchParams.get("skip") ?? 0);
      return Response.json([1, 2, 3, 4, 5].slice(skip, skip + 2));
    });
    const offset = { by: "offset", parameter: "skip" } as const;
    expect(await createTool(offset).execute({})).toMatchObject({
      data: { items: [1, 2, 3, 4, 5], pages: 4, hasMore: false },
    });
    expect(await createTool({ ...offset, maximumItems: 3 }).execute({})).toMatchObject({
      data: { items: [1, 2, 3], hasMore: true, next: 3 },
    });
  });
});

describe("pages that go wrong", () => {
  const numbered = { by: "page", parameter: "page" } as const;

  it("a failure of the first page is the result", async () => {
    api.answer(() => Response.json({ why: "so" }, { status: 500 }));
    expect(await createTool(numbered).execute({})).toMatchObject({ httpStatus: 500 });
  });

  it("a failure later keeps what there is, and says where it goes on", async () => {
    servePages(9, (page, items) =>
      page < 3 ? Response.json(items) : Response.json({ why: "so" }, { status: 500 }),
    );
    expect(await createTool(numbered).execute({})).toMatchObject({
      status: "ok",
      data: {
        items: [1, 2, 3, 4],
        pages: 2,
        hasMore: true,
        next: 3,
        stoppedBy: expect.stringContaining("answered 500"),
      },
    });
  });

  it.each<[string, () => Response | Promise<Response>, Partial<RestApiToolOptions>, string]>([
    [
      "a redirect to elsewhere",
      () => Response.redirect("https://evil.example/items", 302),
      {},
      "another origin",
    ],
    ["no answer in time", () => new Promise(() => {}), { timeoutMs: 500 }, "within 500 ms"],
    [
      "a page that is too long",
      () => Response.json(["x".repeat(5_000)]),
      { maximumResponseBytes: 1_000 },
      "longer than the 1000 bytes",
    ],
  ])("%s later keeps what there is", async (_, answer, options, stoppedBy) => {
    servePages(9, (page, items) => (page < 3 ? Response.json(items) : (answer() as Response)));
    expect(await createTool(numbered, options).execute({})).toMatchObject({
      status: "ok",
      data: {
        items: [1, 2, 3, 4],
        hasMore: true,
        next: 3,
        stoppedBy: expect.stringContaining(stoppedBy),
      },
    });
  });

  it("a caller who gives up at a later page gets no result", async () => {
    const caller = new AbortController();
    const reason = new Error("enough");
    servePages(9, (page, items) => {
      if (page === 3) caller.abort(reason);
      return Response.json(items);
    });
    const collecting = createTool(numbered).execute({}, { signal: caller.signal });
    await expect(collecting).rejects.toBe(reason);
  });

  it("links that lead back end the collection", async () => {
    linked(9, (page) => `/items?page=${page === 3 ? 1 : page}`);
    const tool = createTool({ by: "link" }, { url: `${api.origin}/items?page=1` });
    expect(await tool.execute({})).toMatchObject({
      data: { items: [1, 2, 3, 4], pages: 2, hasMore: true },
    });
    expect(requests()).toEqual(["/items?page=1", "/items?page=2"]);
  });

  it("an answer without a list is the result as it is", async () => {
    api.answer(() => Response.json({ message: "nothing here" }));
    expect(await createTool({ ...numbered, items: "items" }).execute({})).toMatchObject({
      data: { message: "nothing here" },
    });
  });
});

it("progress is told for each page, and items are shaped", async () => {
  servePages(2, (_, items) => Response.json(items.map((id) => ({ id, more: "x" }))));
  const told: ToolProgress[] = [];
  const tool = createTool(
    { by: "page", parameter: "page", maximumPages: 2 },
    { response: { pick: "id" } },
  );
  const onProgress = (progress: ToolProgress) => told.push(progress);
  expect(await tool.execute({}, { onProgress })).toMatchObject({
    data: { items: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }] },
  });
  expect(told.filter(({ kind }) => kind === "page")).toEqual([
    { kind: "page", toolName: "tool", pages: 1, items: 2 },
    { kind: "page", toolName: "tool", pages: 2, items: 4 },
  ]);
});

it.each<[string, unknown, Partial<RestApiToolOptions>]>([
  ["by is", { by: "magic" }, {}],
  ["parameter is missing", { by: "page" }, {}],
  ["field is missing", { by: "cursor", parameter: "c" }, {}],
  ["items is", { by: "link", items: "a..b" }, {}],
  ["maximumPages is 0", { by: "link", maximumPages: 0 }, {}],
  ["maximumItems is 1.5", { by: "link", maximumItems: 1.5 }, {}],
  ["Pages are for GET alone", { by: "link" }, { method: "POST" }],
  [
    "the name of the credential",
    { by: "page", parameter: "KEY" },
    { auth: apiKey({ in: "query", name: "key", value: "v" }) },
  ],
])("%s: refused with the mend", (message, pagination, options) => {
  expect(() => createTool(pagination as PaginationOptions, options)).toThrow(message);
});

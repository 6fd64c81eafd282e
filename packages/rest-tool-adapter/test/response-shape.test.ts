import { ConfigurationError } from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import {
  bearer,
  type ResponseOptions,
  RestApiTool,
  type RestApiToolOptions,
} from "../src/index.js";
import { useApi } from "./api.js";

const api = useApi();

function createTool(response: ResponseOptions, options: Partial<RestApiToolOptions> = {}) {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: `${api.origin}/a`,
    allowInsecureLoopback: true,
    response,
    retries: 0,
    ...options,
  });
}

async function dataOf(response: ResponseOptions, answer: unknown): Promise<unknown> {
  api.answer(() => Response.json(answer));
  const result = await createTool(response).execute({});
  return "data" in result ? result.data : undefined;
}

const answer = {
  items: [
    { id: 1, name: "a", owner: { login: "x", email: "secret@x" }, tags: ["p", "q"] },
    { id: 2, owner: null },
  ],
  "@odata.nextLink": "https://next",
  next: { cursor: "c", page: 3 },
  total: 0,
  none: null,
};

describe("what is kept of an answer", () => {
  it.each<[string | string[], unknown]>([
    ["items[].id", { items: [{ id: 1 }, { id: 2 }] }],
    [
      ["items[].id", "items[].owner.login", "next.cursor"],
      {
        items: [
          { id: 1, owner: { login: "x" } },
          { id: 2, owner: null },
        ],
        next: { cursor: "c" },
      },
    ],
    ["items[].tags", { items: [{ tags: ["p", "q"] }, {}] }],
    [["next", "next.cursor"], { next: { cursor: "c", page: 3 } }],
    [String.raw`@odata\.nextLink`, { "@odata.nextLink": "https://next" }],
    [["total", "none", "missing.thing"], { total: 0, none: null }],
    ["items.id", {}],
    ["missing", {}],
    ["__proto__.polluted", {}],
  ])("%j", async (pick, kept) => {
    expect(await dataOf({ pick }, answer)).toEqual(kept);
  });

  it("an answer that is a list begins with []", async () => {
    const pick = ["[].id", "[].tags[]"];
    expect(await dataOf({ pick }, [{ id: 1, tags: [1], x: 1 }, { id: 2 }])).toEqual([
      { id: 1, tags: [1] },
      { id: 2 },
    ]);
  });

  it("what is no object and no list stays", async () => {
    for (const plain of ["text", 5, null, true]) {
      expect(await dataOf({ pick: "items[].id" }, plain)).toEqual(plain);
    }
  });

  it("a failure says all that the API says", async () => {
    api.answer(() => Response.json({ error: "no", why: "so" }, { status: 400 }));
    expect(await createTool({ pick: "items" }).execute({})).toMatchObject({
      status: "error",
      data: { error: "no", why: "so" },
    });
  });

  it.each(["", "a..b", ".a", "a.", "a[0]", "a[", "a]b", "[]a"])("%j is no path", (pick) => {
    expect(() => createTool({ pick })).toThrow(ConfigurationError);
    expect(() => createTool({ pick })).toThrow("which is no path");
  });
});

describe("how much is shown", () => {
  it("a longer result is cut, and says how long it was", async () => {
    const whole = JSON.stringify({ text: "x".repeat(100) });
    api.answer(() => Response.json({ text: "x".repeat(100) }));
    expect(await createTool({ maximumCharacters: 20 }).execute({})).toEqual({
      status: "ok",
      httpStatus: 200,
      data: whole.slice(0, 20),
      truncatedAfterCharacters: 20,
      totalCharacters: whole.length,
    });
    expect(await createTool({ maximumCharacters: whole.length }).execute({})).toMatchObject({
      data: { text: "x".repeat(100) },
    });
  });

  it("what is picked counts, not what was read", async () => {
    api.answer(() => Response.json({ id: 1, text: "x".repeat(100) }));
    const tool = createTool({ pick: "id", maximumCharacters: 20 });
    expect(await tool.execute({})).toEqual({ status: "ok", httpStatus: 200, data: { id: 1 } });
  });

  it("text is cut as text, never within a character, and failures as well", async () => {
    api.answer(() => new Response("abc😀def", { status: 400 }));
    expect(await createTool({ maximumCharacters: 4 }).execute({})).toMatchObject({
      status: "error",
      data: "abc",
      truncatedAfterCharacters: 3,
      totalCharacters: 8,
    });
  });

  it("RT-07 a cut never leaves a part of the credential", async () => {
    const secret = "canary-0123456789";
    api.answer(() => new Response(`abc ${secret} def`));
    for (let limit = 1; limit < 25; limit += 1) {
      const options = { auth: bearer({ token: secret }) };
      const result = await createTool({ maximumCharacters: limit }, options).execute({});
      expect(JSON.stringify(result)).not.toContain("canary");
    }
  });

  it.each([0, -1, Number.NaN])("%d characters are refused", (maximumCharacters) => {
    expect(() => createTool({ maximumCharacters })).toThrow("must be a number from 1");
  });
});

describe("how an answer is read", () => {
  const as = async (form: ResponseOptions["as"], body: string, type: string) => {
    api.answer(() => new Response(body, { headers: { "content-type": type } }));
    const result = await createTool({ as: form }).execute({});
    return "data" in result ? result.data : undefined;
  };

  it("as the tool says, else by its media type", async () => {
    expect(await as("auto", "[1]", "application/json")).toEqual([1]);
    expect(await as("text", "[1]", "application/json")).toBe("[1]");
    expect(await as("json", "[1]", "text/plain")).toEqual([1]);
    expect(await as("json", "no", "text/plain")).toBe("no");
    const binary = { contentType: "text/plain", bytes: 3, base64: "WzFd" };
    expect(await as("binary", "[1]", "text/plain")).toEqual(binary);
    expect(await as("text", "plain", "application/octet-stream")).toBe("plain");
  });

  it("an unknown way is refused", () => {
    expect(() => createTool({ as: "xml" as never })).toThrow("response.as is");
  });
});

import { ConfigurationError } from "@rak-oauth/core";
import { Agent } from "undici";
import { describe, expect, it } from "vitest";
import { type ParametersSchema, RestApiTool, type RestApiToolOptions } from "../src/index.js";
import { useApi } from "./api.js";

const api = useApi();
const origin = "https://api.example.com";

function createTool(options: Partial<RestApiToolOptions> = {}): RestApiTool {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: `${api.origin}/things`,
    allowInsecureLoopback: true,
    ...options,
  });
}

function object(properties: Record<string, unknown>, required: string[] = []): ParametersSchema {
  return { type: "object", properties, required };
}

describe("where arguments go", () => {
  it("placeholders are filled and the rest of a GET goes to the query", async () => {
    const tool = createTool({
      url: `${api.origin}/users/{user}/events.{format}?alt=json`,
      parameters: object(
        {
          user: { type: "string" },
          format: { type: "string" },
          limit: { type: "integer" },
          tags: { type: "array", items: { type: "string" } },
          deleted: { type: "boolean" },
        },
        ["user", "format"],
      ),
    });
    await tool.execute({
      user: "zoë & co?#",
      format: "v1..v2",
      limit: 5,
      tags: ["a b", "c&d"],
      deleted: false,
    });
    expect(api.seen[0]?.url.href).toBe(
      `${api.origin}/users/zo%C3%AB%20%26%20co%3F%23/events.v1..v2?alt=json&limit=5&tags=a%20b&tags=c%26d&deleted=false`,
    );
  });

  it("a POST sends what is not placed elsewhere as one JSON object", async () => {
    const tool = createTool({
      method: "POST",
      parameters: object({
        title: { type: "string" },
        note: { type: ["string", "null"] },
        notify: { type: "boolean" },
        "X-Trace": { type: "string" },
      }),
      parameterLocations: { notify: "query", "X-Trace": "header" },
      headers: { Accept: "application/vnd.example+json", "X-Version": "2" },
    });
    await tool.execute({ title: "Lunch", note: null, notify: true, "X-Trace": "t-1" });
    const [request] = api.seen;
    expect(request?.method).toBe("POST");
    expect(request?.url.search).toBe("?notify=true");
    expect(JSON.parse(request?.body ?? "")).toEqual({ title: "Lunch", note: null });
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(request?.headers.get("accept")).toBe("application/vnd.example+json");
    expect(request?.headers.get("x-version")).toBe("2");
    expect(request?.headers.get("x-trace")).toBe("t-1");
  });

  it("arguments left out, or null in the query or a header, are not sent", async () => {
    const tool = createTool({
      parameters: object({ q: { type: ["string", "null"] }, "X-A": { type: ["string", "null"] } }),
      parameterLocations: { "X-A": "header" },
    });
    await tool.execute({});
    await tool.execute({ q: null, "X-A": null });
    for (const { url, headers } of api.seen) {
      expect(url.search).toBe("");
      expect(headers.has("x-a")).toBe(false);
    }
  });

  it("a JSON media type of the API's own may replace application/json", async () => {
    const tool = createTool({
      method: "PATCH",
      parameters: object({ a: {} }),
      headers: { "content-type": "application/merge-patch+json" },
    });
    await tool.execute({ a: null });
    expect(api.seen[0]?.headers.get("content-type")).toBe("application/merge-patch+json");
    expect(api.seen[0]?.body).toBe('{"a":null}');
  });
});

describe("arguments that do not fit", () => {
  const parameters = object(
    {
      limit: { type: "integer", maximum: 10 },
      order: { enum: ["asc", "desc"] },
      filter: { type: "object", properties: { day: { type: "string" } }, required: ["day"] },
    },
    ["limit"],
  );
  const tool = createTool({ url: origin, method: "POST", parameters });

  it.each([
    [{ limit: "5" }, 'The argument "limit" must be integer.'],
    [{ limit: 11 }, 'The argument "limit" must be <= 10.'],
    [{}, 'The argument "limit" is missing. Give it.'],
    [
      { limit: 1, order: "up" },
      'The argument "order" must be equal to one of the allowed values: ["asc","desc"].',
    ],
    [{ limit: 1, filter: {} }, 'The argument "filter.day" is missing. Give it.'],
    [
      { limit: 1, page: 2 },
      'The argument "page" does not exist. Known arguments: "limit", "order", "filter".',
    ],
    [{ limit: Number.NaN }, 'The argument "limit" must be integer.'],
  ])("%j is answered by naming the argument, and nothing is sent", async (params, message) => {
    expect(await tool.execute(params)).toEqual({
      status: "error",
      error: "invalid_arguments",
      message,
      retryable: false,
    });
    expect(api.seen).toEqual([]);
  });

  it.each([[null], [[]], ["text"], [5]])("%j instead of an object is refused", async (params) => {
    expect(await tool.execute(params as never)).toMatchObject({ error: "invalid_arguments" });
  });

  it("arguments of a prototype are not arguments", async () => {
    const inherited = Object.create({ limit: 5 }) as Record<string, unknown>;
    expect(await tool.execute(inherited)).toMatchObject({ error: "invalid_arguments" });
    const polluted = JSON.parse('{"limit":1,"__proto__":{"order":"up"}}') as Record<
      string,
      unknown
    >;
    expect(await tool.execute(polluted)).toMatchObject({
      message: expect.stringContaining('"__proto__" does not exist'),
    });
  });

  it("an object within an object where only plain values fit is refused with what would fit", async () => {
    const query = createTool({ parameters: object({ filter: {} }) });
    expect(await query.execute({ filter: { a: { b: 1 } } })).toMatchObject({
      error: "invalid_arguments",
      message: expect.stringContaining(
        "must be a text, a number or a boolean, or a list or an object of these",
      ),
    });
    expect(await query.execute({ filter: "\ud800" })).toMatchObject({ error: "invalid_arguments" });
  });

  it("draft 7 and 2020-12 are each read by their own rules", async () => {
    const pair = (schema: object) =>
      createTool({ method: "POST", parameters: { ...schema, ...object({}) } as ParametersSchema });
    const list = { list: { type: "array", items: [{ type: "string" }] } };
    const draft7 = createTool({
      method: "POST",
      parameters: { $schema: "http://json-schema.org/draft-07/schema#", ...object(list) },
    });
    expect(await draft7.execute({ list: [1] })).toMatchObject({
      message: 'The argument "list.0" must be string.',
    });
    const prefix = { list: { type: "array", prefixItems: [{ type: "string" }] } };
    const current = createTool({ method: "POST", parameters: object(prefix) });
    expect(await current.execute({ list: [1] })).toMatchObject({
      message: 'The argument "list.0" must be string.',
    });
    expect(() => pair({ $schema: "https://example.com/unknown" })).toThrow(ConfigurationError);
  });

  it("two tools may use schemas with the same $id", async () => {
    const schema = (type: string) => ({ $id: "https://example.com/s", ...object({ a: { type } }) });
    const texts = createTool({ parameters: schema("string") });
    const numbers = createTool({ parameters: schema("number") });
    expect(await texts.execute({ a: "x" })).toMatchObject({ status: "ok" });
    expect(await numbers.execute({ a: 1 })).toMatchObject({ status: "ok" });
    expect(await numbers.execute({ a: "x" })).toMatchObject({ status: "error" });
  });
});

describe("settings that cannot work are refused at once, with the field and the mend", () => {
  const id = object({ id: { type: "string" } }, ["id"]);
  it.each<[string, Partial<RestApiToolOptions>]>([
    ["name must be", { name: "list events" }],
    ["description is missing", { description: " " }],
    ["method is", { method: "TRACE" as never }],
    ["must be an absolute URL", { url: "/things" }],
    ["must be an absolute URL", { url: "ftp://api.example.com/" }],
    ["must be an absolute URL", { url: `${origin}/a#b` }],
    ["must use https", { url: "http://api.example.com/" }],
    ["must use https", { url: "http://127.0.0.1:1/", allowInsecureLoopback: false }],
    ["must use https", { url: "http://192.168.0.1/", allowInsecureLoopback: true }],
    ["outside its path", { url: "https://{id}.example.com/", parameters: id }],
    ["outside its path", { url: `${origin}/?id={id}`, parameters: id }],
    ["user name or password", { url: "https://a:b@api.example.com/" }],
    ['a "." or ".."', { url: `${origin}/a/../b` }],
    ['a "." or ".."', { url: `${origin}/a/%2e%2e/b` }],
    ["a brace", { url: `${origin}/a{b`, parameters: id }],
    ["two hexadecimal digits", { url: `${origin}/a/%2{id}`, parameters: id }],
    ["does not describe it", { url: `${origin}/{id}` }],
    ["does not describe it", { parameterLocations: { id: "query" } }],
    [
      "Add it to parameters.required",
      { url: `${origin}/{id}`, parameters: object({ id: { type: "string" } }) },
    ],
    ["has no {id}", { parameters: id, parameterLocations: { id: "path" } }],
    [
      "is a placeholder",
      { url: `${origin}/{id}`, parameters: id, parameterLocations: { id: "query" } },
    ],
    ["request has none", { parameters: id, parameterLocations: { id: "body" } }],
    ["the url's own value", { url: `${origin}/?id=1`, parameters: id }],
    ["it must be", { parameters: id, parameterLocations: { id: "somewhere" as never } }],
    [
      'in style "matrix". Use form',
      { parameters: id, parameterLocations: { id: { in: "query", style: "matrix" } } },
    ],
    [
      "Say it in body.encoding",
      { method: "POST", parameters: id, parameterLocations: { id: { in: "body", style: "form" } } },
    ],
    [
      'and so does "id"',
      {
        parameters: object({ id: {}, other: {} }),
        parameterLocations: { other: { in: "query", name: "id" } },
      },
    ],
    ["body.contentType is", { body: { contentType: "json" } }],
    [
      "Name it in body.parameter",
      { method: "POST", parameters: id, body: { contentType: "image/png" } },
    ],
    ["does not describe it", { method: "POST", parameters: id, body: { parameter: "file" } }],
    [
      "alone (body.parameter)",
      {
        method: "POST",
        parameters: object({ id: {}, other: {} }),
        parameterLocations: { other: "body" },
        body: { parameter: "id" },
      },
    ],
    [
      "encoding.id.contentType is no media type",
      {
        method: "POST",
        parameters: id,
        body: {
          contentType: "multipart/form-data",
          encoding: { id: { contentType: "a/b\r\nX: y" } },
        },
      },
    ],
    [
      "and body.contentType as well",
      {
        method: "POST",
        parameters: id,
        headers: { "Content-Type": "application/json" },
        body: { contentType: "application/json" },
      },
    ],
    ['type "object"', { parameters: { type: "string" } as never }],
    ["no valid JSON Schema", { parameters: object({ a: { type: "text" } }) }],
    ["must be a number", { timeoutMs: 0 }],
    ["retries is -1", { retries: -1 }],
    ["retries is 0.5", { retries: 0.5 }],
    ["only our own dispatcher", { publicAddressesOnly: true, dispatcher: new Agent() }],
    ["must be a number", { timeoutMs: Number.POSITIVE_INFINITY }],
    ["must be a number", { maximumResponseBytes: Number.NaN }],
    ["headers.a b is no header name", { headers: { "a b": "c" } }],
    ["headers.X-A must be a text", { headers: { "X-A": "b\r\nX-B: c" } }],
    ["headers.content-type is", { headers: { "content-type": "text/plain" } }],
  ])("%s", (message, options) => {
    expect(() => createTool(options)).toThrow(ConfigurationError);
    expect(() => createTool(options)).toThrow(message);
  });

  it("a reference that leads nowhere is named at the first call", async () => {
    const tool = createTool({ parameters: object({ a: { $ref: "#/$defs/missing" } }) });
    await expect(tool.execute({ a: 1 })).rejects.toThrow(
      /RestApiTool "tool": parameters cannot be/,
    );
  });
});

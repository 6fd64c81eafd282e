import { expect, it } from "vitest";
import { OpenApiToolset } from "../src/openapi/index.js";
import { useApi } from "./api.js";
import { documentOf, documentWith, jsonBody, toolNames } from "./sample-document.js";

const api = useApi();

/** Calls the only tool of a document, and gives back the request that reached the API. */
async function call(document: unknown, params: Record<string, unknown>) {
  const options = { serverUrl: api.origin, allowInsecureLoopback: true };
  const { tools } = OpenApiToolset.fromDocument(document, options);
  expect(await tools[0]?.execute(params)).toMatchObject({ status: "ok" });
  const [seen] = api.seen;
  if (seen === undefined) throw new Error("Nothing reached the API.");
  return seen;
}

it("arguments go where the document says, in the style it says", async () => {
  const { method, url, headers } = await call(
    documentWith({
      "/users/{id}/things": {
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "integer" } },
          { name: "X-Version", in: "header", schema: { type: "string" } },
        ],
        get: {
          parameters: [
            { name: "tags", in: "query", explode: false, schema: { type: "array", items: {} } },
            { name: "page", in: "query", style: "deepObject", schema: { type: "object" } },
            { name: "where", in: "query", content: { "application/json": { schema: {} } } },
            { name: "seen", in: "cookie", schema: { type: "boolean" } },
          ],
        },
      },
    }),
    { id: 7, "X-Version": "2", tags: ["a", "b"], page: { size: 5 }, where: { a: 1 }, seen: true },
  );
  expect(method).toBe("GET");
  expect(url.pathname).toBe("/users/7/things");
  expect(url.search).toBe("?tags=a,b&page%5Bsize%5D=5&where=%7B%22a%22%3A1%7D");
  expect(headers.get("x-version")).toBe("2");
  expect(headers.get("cookie")).toBe("seen=true");
});

it("an operation's parameter replaces the one of its path", () => {
  const limit = (maximum: number) => ({
    name: "limit",
    in: "query",
    schema: { type: "integer", maximum },
  });
  const { tools } = OpenApiToolset.fromDocument(
    documentWith({ "/things": { parameters: [limit(10)], get: { parameters: [limit(5)] } } }),
  );
  expect(tools[0]?.parameters.properties).toEqual({ limit: { type: "integer", maximum: 5 } });
});

it("the properties of a plain body are arguments of their own", async () => {
  const document = documentOf(
    jsonBody({
      type: "object",
      properties: { name: { type: "string" }, size: { type: "integer" } },
      required: ["name"],
    }),
  );
  const [tool] = OpenApiToolset.fromDocument(document).tools;
  expect(tool?.parameters).toMatchObject({
    properties: { name: { type: "string" }, size: { type: "integer" } },
    required: ["name"],
  });
  const { body, headers } = await call(document, { name: "Box" });
  expect(JSON.parse(body)).toEqual({ name: "Box" });
  expect(headers.get("content-type")).toBe("application/json");
});

it("any other body is one argument", async () => {
  const document = documentOf(jsonBody({ type: "array", items: { type: "string" } }));
  const [tool] = OpenApiToolset.fromDocument(document).tools;
  expect(tool?.parameters.required).toEqual(["body"]);
  expect(JSON.parse((await call(document, { body: ["a"] })).body)).toEqual(["a"]);
});

it("names that appear twice are told apart", async () => {
  const { url, body } = await call(
    documentWith({
      "/things/{id}": {
        put: {
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" } },
            { name: "id", in: "query", schema: { type: "string" } },
            { name: "filter[size]", in: "query", schema: { type: "string" } },
          ],
          ...jsonBody({ type: "object", properties: { id: { type: "string" } } }),
        },
      },
    }),
    { id: "p", query_id: "q", filter_size: "s", body_id: "b" },
  );
  expect(url.pathname + url.search).toBe("/things/p?id=q&filter%5Bsize%5D=s");
  expect(JSON.parse(body)).toEqual({ id: "b" });
});

it("JSON is preferred to a form, a form to files, and those to anything else", async () => {
  const properties = { a: { type: "string" } };
  const schema = { type: "object", properties };
  const types = [
    "application/xml",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "application/problem+json",
  ];
  for (; types.length > 0; types.pop()) {
    api.seen.length = 0;
    const content = Object.fromEntries(types.map((type) => [type, { schema }]));
    const document = documentOf({ requestBody: { required: true, content } });
    const isText = types.length === 1;
    const { headers } = await call(document, isText ? { body: "<a/>" } : { a: "x" });
    expect(headers.get("content-type")?.split(";")[0]).toBe(types.at(-1));
  }
});

it("forms are written as the document's encoding says", async () => {
  const { body } = await call(
    documentOf({
      requestBody: {
        content: {
          "application/x-www-form-urlencoded": {
            schema: { type: "object", properties: { ids: { type: "array" }, on: {} } },
            encoding: { ids: { style: "spaceDelimited", explode: false }, on: "nonsense" },
          },
        },
      },
    }),
    { ids: [1, 2], on: true },
  );
  expect(body).toBe("ids=1%202&on=true");
});

it("a file is given as bytes or text, with its name", async () => {
  const document = documentOf({
    requestBody: {
      required: true,
      content: {
        "multipart/form-data": {
          schema: {
            type: "object",
            properties: {
              title: { type: "string" },
              picture: { type: "string", format: "binary" },
              more: { type: "array", items: { contentMediaType: "image/png" } },
              any: {},
            },
          },
        },
      },
    },
  });
  const picture = { base64: "AAEC", filename: "a.png", contentType: "image/png" };
  const { body } = await call(document, { title: "T", picture, more: [{ text: "x" }], any: "y" });
  expect(body).toContain('name="picture"; filename="a.png"\r\nContent-Type: image/png');
  expect(body).toContain('name="more"; filename="file"');
  expect(body).toContain('name="any"\r\n\r\ny\r\n');
});

it("bytes are given as base64", async () => {
  const document = documentOf({
    requestBody: {
      required: true,
      content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
    },
  });
  expect((await call(document, { body: "aGk=" })).body).toBe("hi");
});

it("RT-04 headers and cookies that say who calls are no arguments", () => {
  const names = ["Authorization", "Cookie", "Host", "Content-Type", "Accept", "X-Key", "X-Fine"];
  const headers = names.map((name) => ({ name, in: "header", required: true, schema: {} }));
  const { tools } = OpenApiToolset.fromDocument(
    documentOf(
      { parameters: [...headers, { name: "sid", in: "cookie", schema: {} }] },
      {
        components: {
          securitySchemes: {
            key: { type: "apiKey", in: "header", name: "x-key" },
            session: { type: "apiKey", in: "cookie", name: "sid" },
          },
        },
      },
    ),
  );
  expect(tools[0]?.parameters).toEqual({
    type: "object",
    properties: { "X-Fine": {} },
    required: ["X-Fine"],
    additionalProperties: false,
  });
});

it("references to parameters, bodies and whole paths are followed", async () => {
  const { url, body } = await call(
    documentWith(
      { "/things/{id}": { $ref: "#/components/pathItems/Thing" } },
      {
        components: {
          pathItems: {
            Thing: {
              put: {
                parameters: [{ $ref: "#/components/parameters/Id" }],
                requestBody: { $ref: "#/components/requestBodies/Thing" },
              },
            },
          },
          parameters: { Id: { name: "id", in: "path", required: true, schema: {} } },
          requestBodies: { Thing: jsonBody({ $ref: "#/components/schemas/a~1b" })["requestBody"] },
          schemas: { "a/b": { type: "object", properties: { size: { type: "integer" } } } },
        },
      },
    ),
    { id: "1", size: 3 },
  );
  expect(url.pathname).toBe("/things/1");
  expect(JSON.parse(body)).toEqual({ size: 3 });
});

it("a description says what the operation does and returns, of bounded length", () => {
  const describe = (operation: Record<string, unknown>) =>
    OpenApiToolset.fromDocument(documentOf(operation)).tools[0]?.description;
  const item = { type: "object", properties: { id: {}, name: {} } };
  expect(
    describe({
      summary: "Makes things.",
      description: "All of [them](https://example.com/docs).\u200b\n\n\n\nReally.",
      responses: {
        201: {
          description: "Successful response",
          content: { "application/json": { schema: { type: "array", items: item } } },
        },
      },
    }),
  ).toBe("Makes things.\nAll of them.\nReally.\nReturns: a list of an object with id, name");
  expect(describe({})).toBe("POST /things");
  const long = describe({ summary: "Makes.", description: "word ".repeat(1000) });
  expect(long?.length).toBeLessThanOrEqual(1024);
  expect(long).toMatch(/ word…$/);
});

it("names are those of the operations, else method and path, as models accept them", () => {
  const get = (operationId?: string) => ({ get: { operationId } });
  expect(
    toolNames(
      documentWith({
        "/a": get("issues/list-for-repo"),
        "/b/{id}.json": { ...get(), parameters: [{ name: "id", in: "path", schema: {} }] },
        "/c": get("Grüße, Welt"),
        "/d": get("日本"),
      }),
    ),
  ).toEqual(["issues_list-for-repo", "get_b_id_json", "Gr_e_Welt", "get_d"]);
});

it("names that would be alike differ, whatever the order and the filter", () => {
  const paths = {
    "/a": { get: { operationId: "list things" }, post: { operationId: "list_things" } },
    "/b": { get: { operationId: "list.things" }, post: { operationId: "same" } },
    "/c": { get: { operationId: "same" }, post: { operationId: "x".repeat(80) } },
  };
  const names = toolNames(documentWith(paths));
  expect(new Set(names).size).toBe(6);
  expect(names[1]).toBe("list_things");
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  const reversed = Object.fromEntries(Object.entries(paths).reverse());
  expect(toolNames(documentWith(reversed)).sort()).toEqual([...names].sort());
  expect(toolNames(documentWith(paths), { filter: { paths: ["/b"] } })).toEqual(names.slice(2, 4));
});

it("tools are filtered by tag, path, method, id and deprecation", () => {
  const document = documentWith({
    "/users": { get: { operationId: "listUsers", tags: ["users"] } },
    "/users/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: {} }],
      get: { operationId: "getUser", tags: ["users", "one"] },
      delete: { operationId: "dropUser", tags: ["users"], deprecated: true },
    },
    "/users/{id}/keys": {
      parameters: [{ name: "id", in: "path", required: true, schema: {} }],
      post: { operationId: "addKey", tags: ["keys"] },
    },
  });
  const names = (filter: Parameters<typeof toolNames>[1]) => toolNames(document, filter);
  expect(names({})).toEqual(["listUsers", "getUser", "addKey"]);
  expect(names({ includeDeprecated: true })).toContain("dropUser");
  expect(names({ filter: { tags: ["one", "keys"] } })).toEqual(["getUser", "addKey"]);
  expect(names({ filter: { paths: ["/users/*"] } })).toEqual(["getUser"]);
  expect(names({ filter: { paths: ["/users/**"], methods: ["POST"] } })).toEqual(["addKey"]);
  expect(names({ filter: { operationIds: ["getUser"] } })).toEqual(["getUser"]);
  expect(names({ filter: { operationIds: ["dropUser"] } })).toEqual(["dropUser"]);
  const { tools } = OpenApiToolset.fromDocument(document, { filter: { tags: ["one"] } });
  expect(tools[0]?.operation).toEqual({
    method: "GET",
    path: "/users/{id}",
    operationId: "getUser",
    tags: ["users", "one"],
    isDeprecated: false,
    scopes: [],
  });
});

it("servers: the operation's, its path's, the document's, with variables and a base", async () => {
  const urlOf = async (
    document: Record<string, unknown>,
    options: Parameters<typeof OpenApiToolset.fromDocument>[1] = {},
  ) => {
    api.seen.length = 0;
    const { tools } = OpenApiToolset.fromDocument(document, {
      allowInsecureLoopback: true,
      ...options,
    });
    await tools[0]?.execute({});
    return api.seen[0]?.url.pathname;
  };
  const { origin } = api;
  const versioned = {
    url: `${origin}/{version}/`,
    variables: { version: { default: "v1", enum: ["v1", "v2"] } },
  };
  const at = (path: string) => [{ url: origin + path }];
  expect(await urlOf(documentOf({}, { servers: [versioned] }))).toBe("/v1/things");
  const second = { serverVariables: { version: "v2" } };
  expect(await urlOf(documentOf({}, { servers: [versioned] }), second)).toBe("/v2/things");
  expect(await urlOf(documentOf({ servers: at("/own") }))).toBe("/own/things");
  const ofPath = documentWith({ "/things": { servers: at("/path"), post: {} } });
  expect(await urlOf(ofPath)).toBe("/path/things");
  const baseUrl = `${origin}/docs/openapi.json`;
  const relative = documentOf({}, { servers: [{ url: "../api" }] });
  expect(await urlOf(relative, { baseUrl })).toBe("/api/things");
  expect(await urlOf(documentOf({}, { servers: [] }), { baseUrl })).toBe("/things");
  const serverUrl = `${origin}/mine/`;
  expect(await urlOf(documentOf({ servers: at("/own") }), { serverUrl })).toBe("/mine/things");
});

it("a tool is found by its name", () => {
  const toolset = OpenApiToolset.fromDocument(documentOf({}));
  expect(toolset.get("make")).toBe(toolset.tools[0]);
  expect(toolset.get("break")).toBeUndefined();
});

import { ConfigurationError } from "@rak-oauth/core";
import { expect, it } from "vitest";
import { OpenApiToolset, type OpenApiToolsetOptions } from "../src/openapi/index.js";
import { documentOf, documentWith, jsonBody, toolNames } from "./sample-document.js";

const reference = ($ref: unknown) => documentOf(jsonBody({ $ref }));

it.each<[string, unknown, OpenApiToolsetOptions?]>([
  ['#: must be an object and is "text". Give the parsed document', "text"],
  ["#: must be an object and is a list.", []],
  ["#/swagger: is Swagger 2.0, and OpenAPI 3.0 or 3.1 is needed.", { swagger: "2.0" }],
  ['#/openapi: is "4.0.0", and must be a version such as "3.0.3"', { openapi: "4.0.0" }],
  ["#/openapi: is missing", {}],
  ["#/paths: must be an object of paths and is missing.", { openapi: "3.0.0" }],
  ["#/paths: has no operation that filter", documentWith({})],
  ['#/paths/things: must begin with "/". Add it.', documentWith({ things: {} })],
  ["#/paths/~1a: must be an object and is null.", documentWith({ "/a": null })],
  ["#/paths/~1a/get: must be an operation object", documentWith({ "/a": { get: [] } })],
  [
    "#/paths/~1things/post/parameters: must be a list of parameters.",
    documentOf({ parameters: {} }),
  ],
  [
    '#/paths/~1things/post/parameters/0: must have a name, and in as one of "path", "query"',
    documentOf({ parameters: [{ name: "a", in: "body" }] }),
  ],
  [
    'has the name "X Y", which no header can have.',
    documentOf({ parameters: [{ name: "X Y", in: "header" }] }),
  ],
  ["#/paths/~1a\ufffdb/get: must be an operation", documentWith({ "/a\nb": { get: 1 } })],
  ['#/paths/~1a~1{id}: has "{id}" in its path', documentWith({ "/a/{id}": { get: {} } })],
  [
    "#/paths/~1things/post/requestBody/content: names no media type",
    documentOf({ requestBody: { required: true, content: {} } }),
  ],
  [
    'has the $ref "other.yaml#/User", which leads out of the document',
    reference("other.yaml#/User"),
  ],
  ['has the $ref "#User", which leads out of the document or to an anchor', reference("#User")],
  ["has the $ref a number, which leads out", reference(1)],
  [
    '#/paths/~1things/post/requestBody/content/application~1json/schema: has the $ref "#/components/schemas/No", and nothing is there.',
    reference("#/components/schemas/No"),
  ],
  [
    'needs "no", and the document does not say what "no" is. Add it to components.securitySchemes.',
    documentOf({ security: [{ no: [] }] }),
  ],
  ["and nothing is there.", reference("#/constructor")],
  ["and nothing is there.", reference("#/paths/__proto__")],
  [
    "follows more than 50 references, perhaps in a circle",
    documentWith({ "/a": { $ref: "#/paths/~1a" } }),
  ],
  [
    "#/servers/0: must be a server with a url.",
    documentOf({}, { servers: [{ description: "no url" }] }),
  ],
  ['has the url "/v1", which is relative.', documentOf({}, { servers: [{ url: "/v1" }] })],
  [
    "#/servers/0/variables/stage: has no default",
    documentOf({}, { servers: [{ url: "https://{stage}.example.com" }] }),
  ],
  [
    '#/servers/0/variables/stage: is "evil" and must be one of "dev".',
    documentOf(
      {},
      {
        servers: [
          {
            url: "https://{stage}.example.com",
            variables: { stage: { default: "", enum: ["dev"] } },
          },
        ],
      },
    ),
    { serverVariables: { stage: "evil" } },
  ],
  [
    'OpenAPI document at #/paths/~1things/post: is called at "http://api.example.com", and must be with https.',
    documentOf({}, { servers: [{ url: "http://api.example.com" }] }),
  ],
  [
    '#/servers/0: has the url "https://api.example.com/v1?key=1", to which no path can be added.',
    documentOf({}, { servers: [{ url: "https://api.example.com/v1?key=1" }] }),
  ],
  [
    'serverUrl is "https://api.example.com/#v1" and must end with its path',
    documentOf({}),
    { serverUrl: "https://api.example.com/#v1" },
  ],
  [
    "#/paths/~1a/get/requestBody: is required, and a GET request has none",
    documentWith({ "/a": { get: jsonBody({}) } }),
  ],
  [
    '#/paths/~1a: has a $ref and "get" beside it',
    documentWith({ "/a": { $ref: "#/paths/~1b", get: {} }, "/b": { post: {} } }),
  ],
  ['has a "." or ".." in its path.', documentWith({ "/a/../b": { get: {} } })],
  ['serverUrl is "api" and must be an absolute URL', documentOf({}), { serverUrl: "api" }],
  [
    'filter.operationIds has "no", which is no operationId of the document.',
    documentOf({}),
    { filter: { operationIds: ["no"] } },
  ],
])("EV-02 %s", (message, document, options) => {
  const make = () => OpenApiToolset.fromDocument(document, options);
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow(message);
  expect(make).not.toThrow(/[\r\n]/);
});

it("EV-02 a fault in one operation leaves the others, on request", () => {
  const document = documentWith({
    "/a": { get: {}, post: jsonBody({ $ref: "https://example.com/a" }) },
    "/b": { get: { parameters: [{}] } },
  });
  const { tools, leftOut } = OpenApiToolset.fromDocument(document, { unusable: "leave-out" });
  expect(tools.map(({ name }) => name)).toEqual(["get_a"]);
  expect(leftOut.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /a", "GET /b"]);
});

it("an empty list of servers hides those above it no more than none would", () => {
  const above = { servers: [{ url: "https://api.example.com/v2" }] };
  const { tools } = OpenApiToolset.fromDocument(documentOf({ servers: [] }, above), {
    baseUrl: "https://docs.example.com/",
  });
  expect(tools).toHaveLength(1);
  expect(() =>
    OpenApiToolset.fromDocument(documentOf({ servers: [] }, above), {
      serverUrl: "https://api.example.com/v3",
    }),
  ).not.toThrow();
});

it("RT-04 what the path or the toolset's headers set is no argument of the model", () => {
  const document = documentWith({
    "/x?action=list": {
      get: {
        parameters: [
          { name: "action", in: "query", schema: { type: "string" } },
          { name: "x-tenant", in: "header", required: true, schema: { type: "string" } },
          { name: "page", in: "query", schema: { type: "integer" } },
        ],
      },
    },
  });
  const { tools } = OpenApiToolset.fromDocument(document, {
    headers: { "X-Tenant": "acme" },
    origins: ["https://api.example.com"],
  });
  expect(Object.keys(tools[0]?.parameters.properties ?? {})).toEqual(["page"]);
});

/** The schema of the only tool, as text. */
function schemaText(document: unknown): string {
  return JSON.stringify(OpenApiToolset.fromDocument(document).tools[0]?.parameters);
}

const manySchemas = (make: (next: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(
    Array.from({ length: 100_000 }, (_, index) => {
      const next = { $ref: `#/components/schemas/s${(index + 1) % 100_000}` };
      return [`s${index}`, make(next)];
    }),
  );

it("a hundred thousand references in a row do no harm", () => {
  const schemas = manySchemas((next) => next);
  const document = documentOf(jsonBody({ $ref: "#/components/schemas/s0" }), {
    components: { schemas },
  });
  expect(schemaText(document)).toContain('"body":{}');
});

it("a hundred thousand references side by side do no harm", () => {
  const schemas = manySchemas((next) => ({ properties: { next } }));
  const allOf = Object.keys(schemas).map((name) => ({ $ref: `#/components/schemas/${name}` }));
  const body = jsonBody({ type: "object", properties: schemas, allOf });
  expect(schemaText(documentOf(body, { components: { schemas } })).length).toBeLessThan(20_000);
});

it("schemas that multiply are cut", () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => {
      const next = { $ref: `#/components/schemas/s${(index + 1) % 40}` };
      return [`s${index}`, { type: "object", properties: { a: next, b: next, c: [next] } }];
    }),
  );
  const document = documentOf(jsonBody({ $ref: "#/components/schemas/s0" }), {
    components: { schemas },
  });
  expect(schemaText(document).length).toBeLessThanOrEqual(20_000);
});

it("one large thing, met at every turn, costs little", () => {
  const large = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index) => [`n${index}`, { type: "string", readOnly: true }]),
  );
  const turn = {
    type: "object",
    properties: large,
    required: Object.keys(large),
    allOf: Array.from({ length: 100 }, () => ({ $ref: "#/components/schemas/Large" })),
    default: large,
    enum: [large],
  };
  const reference = { $ref: "#/components/schemas/Turn", ...large, minLength: 1 };
  const turns = Array.from({ length: 100 }, () => reference);
  const document = documentOf(
    jsonBody({ type: "array", prefixItems: turns, items: { anyOf: turns } }),
    { components: { schemas: { Large: { type: "object", properties: large }, Turn: turn } } },
  );
  expect(schemaText(document).length).toBeLessThanOrEqual(20_000);
});

it("a schema nested without end is refused, and values are not gone into", () => {
  const nested = (depth: number, keyword: string): unknown =>
    JSON.parse(`${`{"${keyword}":`.repeat(depth)}{}${"}".repeat(depth)}`);
  expect(() => schemaText(documentOf(jsonBody(nested(100_000, "items"))))).toThrow(
    "nested more than 200 levels deep",
  );
  for (const keyword of ["default", "const", "example", "x-more", "not"]) {
    expect(schemaText(documentOf(jsonBody(nested(100_000, keyword))))).toContain('"body":{}');
  }
  const deep = nested(100_000, "a");
  expect(schemaText(documentOf(jsonBody({ enum: [deep] })))).toContain("One of 1 values");
});

it("an object that holds itself, as dereferencing leaves behind, ends", () => {
  const node: Record<string, unknown> = { type: "object" };
  node["properties"] = { next: node, name: { type: "string" } };
  expect(schemaText(documentOf(jsonBody(node)))).toContain('"name":{"type":"string"}');
});

it("names that objects inherit are only names", async () => {
  const document: unknown = JSON.parse(
    JSON.stringify(
      documentOf(
        jsonBody({
          type: "object",
          properties: { constructor: { type: "string" }, PROTO: { type: "string" } },
        }),
      ),
    ).replaceAll("PROTO", "__proto__"),
  );
  const [tool] = OpenApiToolset.fromDocument(document).tools;
  expect(Object.keys(tool?.parameters.properties ?? {})).toEqual(["constructor"]);
  expect(({} as Record<string, unknown>)["type"]).toBeUndefined();
});

it("names of whatever characters and length make tools", () => {
  const odd = ["\u0000", "\u202e", "💥".repeat(500), "../..", "a".repeat(100_000), "\ud800"];
  const document = documentWith(
    Object.fromEntries(odd.map((operationId, index) => [`/${index}`, { get: { operationId } }])),
  );
  const names = toolNames(document);
  expect(new Set(names).size).toBe(odd.length);
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  const parameters = odd.map((name) => ({ name, in: "query", schema: {} }));
  expect(Object.keys(JSON.parse(schemaText(documentOf({ parameters }))).properties)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/)]),
  );
});

it("more parameters than a model can fill in are refused", () => {
  const parameters = Array.from({ length: 201 }, (_, index) => ({
    name: `p${index}`,
    in: "query",
  }));
  expect(() => toolNames(documentOf({ parameters }))).toThrow("has more than 200 parameters");
});

it("what every operation refers to costs once", () => {
  const many = <Item>(count: number, make: (index: number) => Item): Item[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const named = (count: number, value: unknown) =>
    Object.fromEntries(many(count, (index) => [`n${index}`, value]));
  const schema = { type: "object", properties: named(20_000, { type: "string" }) };
  const content = named(20_000, { schema });
  const post = {
    operationId: "same",
    tags: many(20_000, String),
    parameters: many(200, (index) => ({ name: `p${index}`, in: "query", schema })),
    requestBody: { $ref: "#/components/requestBodies/All" },
    responses: { 200: { content: { "application/json": { schema } } } },
    security: many(20_000, () => ({})),
  };
  const all = { $ref: "#/components/pathItems/All" };
  const document = documentWith(Object.fromEntries(many(20_000, (index) => [`/${index}`, all])), {
    components: { pathItems: { All: { post } }, requestBodies: { All: { content } } },
    servers: [
      {
        url: `https://api.example.com/${"{a}".repeat(1000)}`,
        variables: { a: { default: "v", enum: many(20_000, () => "v") } },
      },
    ],
  });
  expect(() => toolNames(document)).toThrow("has more than 200 requirements");
  post.security = [];
  expect(toolNames(document)).toHaveLength(20_000);
});

it("EV-02 what is faulty is so for every operation that refers to it", () => {
  const body = jsonBody({ $ref: "#/components/schemas/Outer" });
  const paths = Object.fromEntries(["/a", "/b"].map((path) => [path, { post: body, put: {} }]));
  const document = documentWith(paths, {
    components: {
      schemas: {
        Outer: { properties: { inner: { $ref: "#/components/schemas/Inner" } } },
        Inner: { items: { $ref: "#/nowhere" } },
      },
    },
  });
  const { tools, leftOut } = OpenApiToolset.fromDocument(document, { unusable: "leave-out" });
  expect(tools.map(({ name }) => name)).toEqual(["put_a", "put_b"]);
  for (const { reason } of leftOut) {
    expect(reason).toContain('#/components/schemas/Inner/items: has the $ref "#/nowhere"');
  }
});

it("texts lose what nobody sees", () => {
  const tag = [..."ignore"].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)));
  const summary = `Lists${tag.join("")}\u202e things.`;
  expect(OpenApiToolset.fromDocument(documentOf({ summary })).tools[0]?.description).toBe(
    "Lists things.",
  );
});

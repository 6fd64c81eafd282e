import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import type { ParametersSchema } from "../src/index.js";
import { OpenApiToolset } from "../src/openapi/index.js";
import { useApi } from "./api.js";
import { documentOf, jsonBody } from "./sample-document.js";

const api = useApi();
const ajv = new Ajv2020({ strict: false, validateFormats: false });

/** What a tool's schema makes of a body's, as the argument `value`; valid in any case. */
function trim(schema: unknown, schemas: Record<string, unknown> = {}): unknown {
  const parameters = parametersOf({ type: "object", properties: { value: schema } }, schemas);
  return parameters.properties?.["value"];
}

function parametersOf(body: unknown, schemas: Record<string, unknown> = {}): ParametersSchema {
  const document = documentOf(jsonBody(body), { components: { schemas } });
  const [tool] = OpenApiToolset.fromDocument(document).tools;
  if (tool === undefined) throw new Error("No tool.");
  expect(ajv.validateSchema(tool.parameters), ajv.errorsText()).toBe(true);
  return tool.parameters;
}

it("what a model does not need is left out", () => {
  expect(
    trim({
      type: "string",
      title: "Name",
      description: "What it is called.",
      minLength: 1,
      example: "Box",
      examples: ["Box"],
      xml: { name: "n" },
      externalDocs: { url: "https://example.com" },
      discriminator: { propertyName: "kind" },
      writeOnly: true,
      "x-internal": true,
    }),
  ).toEqual({ type: "string", description: "What it is called.", minLength: 1 });
});

it("a property may have a keyword's name", () => {
  const properties = { example: { type: "string" }, xml: { type: "integer" } };
  expect(trim({ type: "object", properties })).toEqual({ type: "object", properties });
});

it("what the server alone sets is left out of requests", () => {
  const thing = {
    type: "object",
    properties: {
      id: { type: "string", readOnly: true },
      made: { $ref: "#/components/schemas/Made" },
      name: { type: "string" },
    },
    required: ["id", "made", "name"],
  };
  const schemas = { Made: { type: "string", readOnly: true }, Thing: thing };
  const properties = { name: { type: "string" } };
  expect(trim(thing, schemas)).toEqual({ type: "object", properties, required: ["name"] });
  const joint = { allOf: [{ $ref: "#/components/schemas/Thing" }], required: ["id", "name"] };
  expect(trim(joint, schemas)).toMatchObject({ required: ["name"] });
});

it("null of OpenAPI 3.0 becomes a type", () => {
  expect(trim({ type: "string", nullable: true })).toEqual({ type: ["string", "null"] });
  expect(trim({ type: "string", nullable: true, enum: ["a"] })).toEqual({
    type: ["string", "null"],
    enum: ["a", null],
  });
  expect(
    trim(
      { nullable: true, description: "D.", allOf: [{ $ref: "#/components/schemas/A" }] },
      { A: { type: "integer" } },
    ),
  ).toEqual({ description: "D.", anyOf: [{ allOf: [{ type: "integer" }] }, { type: "null" }] });
});

it("null is allowed also where other schemas decide", () => {
  const allOf = [{ type: "object", minProperties: 1 }];
  expect(trim({ type: "object", nullable: true, allOf })).toEqual({
    anyOf: [{ type: ["object", "null"], allOf }, { type: "null" }],
  });
});

it("exclusive bounds of OpenAPI 3.0 become numbers", () => {
  const bounds = { minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false };
  expect(trim({ type: "number", ...bounds })).toEqual({
    type: "number",
    exclusiveMinimum: 1,
    maximum: 9,
  });
  expect(trim({ type: "number", exclusiveMinimum: 1 })).toEqual({
    type: "number",
    exclusiveMinimum: 1,
  });
});

it("keywords that are not what JSON Schema says are left out", () => {
  expect(
    trim({
      type: ["string", "any", "string"],
      required: true,
      minLength: -1,
      maxLength: "9",
      enum: [],
      multipleOf: 0,
      minimum: Number.POSITIVE_INFINITY,
      uniqueItems: "yes",
      items: [],
      properties: null,
      allOf: {},
      anyOf: [null],
    }),
  ).toEqual({ type: "string" });
  expect(trim({ type: "file" })).toEqual({ type: "string" });
});

it("what is beside a reference counts too", () => {
  const schemas = { Size: { type: "integer", description: "In bytes." } };
  expect(trim({ $ref: "#/components/schemas/Size", description: "Of it." }, schemas)).toEqual({
    type: "integer",
    description: "Of it.",
  });
  expect(trim({ $ref: "#/components/schemas/Size", maximum: 9 }, schemas)).toEqual({
    allOf: [{ type: "integer", description: "In bytes." }, { maximum: 9 }],
  });
});

it("a schema that holds itself ends", () => {
  const node = {
    type: "object",
    properties: { name: { type: "string" }, next: { $ref: "#/components/schemas/Node" } },
    required: ["name"],
  };
  expect(trim({ $ref: "#/components/schemas/Node" }, { Node: node })).toEqual({
    ...node,
    properties: {
      name: { type: "string" },
      next: {
        type: "object",
        description: "Has name (string), next (object).",
        required: ["name"],
      },
    },
  });
  const self = { $ref: "#/components/schemas/Self" };
  expect(trim(self, { Self: self })).toEqual({});
});

it("schemas are cut where they get too long", () => {
  const wide = (child: unknown) => ({
    type: "object",
    properties: Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`property${index}`, child]),
    ),
  });
  const parameters = parametersOf(wide(wide(wide(wide({ type: "string" })))));
  expect(JSON.stringify(parameters).length).toBeLessThanOrEqual(20_000);
  expect(parameters.properties?.["property19"]).toEqual({
    type: "object",
    description: expect.stringMatching(/^Has property0 \(object\), .*, …\.$/),
  });
});

it("what is too deep for a schema is told in words", () => {
  const at = (depth: number, inner: unknown): unknown =>
    depth === 0 ? inner : { type: "object", properties: { in: at(depth - 1, inner) } };
  const inner = {
    type: "object",
    description: "The end.",
    properties: {
      kind: { enum: ["a", "b"] },
      only: { const: 1 },
      size: { type: ["integer", "null"] },
      id: { type: "string", readOnly: true },
      more: {},
    },
    required: ["kind", "id"],
  };
  expect(JSON.stringify(trim(at(9, inner)))).toContain(
    JSON.stringify({
      type: "object",
      description: 'The end. Has kind ("a" or "b"), only (1), size (integer or null), more.',
      required: ["kind"],
    }),
  );
  const list = { type: "array", items: { type: "string", nullable: true } };
  expect(JSON.stringify(trim(at(9, list)))).toContain('"items":{"type":["string","null"]}');
});

it("what is required is kept when all else is cut", () => {
  const wide = (child: unknown) => ({
    type: "object",
    properties: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, child])),
  });
  const { properties } = parametersOf({
    type: "object",
    properties: {
      options: wide(wide(wide({ type: "string" }))),
      messages: {
        type: "array",
        items: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      },
    },
    required: ["messages"],
  });
  expect(properties).toMatchObject({
    messages: { items: { properties: { text: { type: "string" } } } },
  });
});

it("long descriptions and lists of values are cut", () => {
  const trimmed = trim({
    type: "string",
    description: "word ".repeat(200),
    enum: Array.from({ length: 5000 }, (_, index) => `v${index}`),
  }) as Record<string, string>;
  expect(trimmed["description"]).toMatch(/ word… One of 5000 values, such as "v0", "v1", .*\.$/);
  expect(trimmed["description"]?.length).toBeLessThan(500);
  expect(trimmed).not.toHaveProperty("enum");
});

it("a pattern is told of, not run", async () => {
  const schema = { type: "string", pattern: "^(a+)+$" };
  expect(trim(schema)).toEqual({ type: "string", description: "Pattern: ^(a+)+$" });
  const document = documentOf(jsonBody({ type: "object", properties: { value: schema } }));
  const value = `${"a".repeat(100)}!`;
  const options = { serverUrl: api.origin, allowInsecureLoopback: true };
  await OpenApiToolset.fromDocument(document, options).tools[0]?.execute({ value });
  expect(api.seen).toHaveLength(1);
});

it("of several that fit, one is enough, since parts may be cut", () => {
  const oneOf = [{ type: "string", pattern: "a" }, { type: "string" }];
  expect(trim({ oneOf, not: { pattern: "b" } })).toEqual({
    anyOf: [{ type: "string", description: "Pattern: a" }, { type: "string" }],
  });
  expect(trim({ anyOf: [{ type: "null" }], oneOf: [{ minimum: 1 }] })).toEqual({
    anyOf: [{ type: "null" }],
    allOf: [{ anyOf: [{ minimum: 1 }] }],
  });
  expect(trim({ anyOf: [{ type: "string" }, true] })).toEqual({});
});

it("boolean schemas of OpenAPI 3.1", () => {
  expect(trim(true)).toEqual({});
  expect(
    trim({ type: "object", properties: { a: true, b: false }, additionalProperties: false }),
  ).toEqual({ type: "object", properties: { a: {} }, additionalProperties: false });
});

it("what matches a pattern of names is no additional property", () => {
  const schema = { type: "object", patternProperties: { "^x-": {} }, additionalProperties: false };
  expect(trim(schema)).toEqual({ type: "object" });
});

it("a body that may be left out whole, but not in part, is one argument", () => {
  const schema = { type: "object", properties: { a: {} }, required: ["a"] };
  const document = documentOf(jsonBody(schema, false));
  const parameters = OpenApiToolset.fromDocument(document).tools[0]?.parameters;
  expect(parameters?.properties).toEqual({ body: schema });
  expect(parameters).not.toHaveProperty("required");
});

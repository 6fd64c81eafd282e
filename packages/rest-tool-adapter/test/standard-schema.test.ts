import { ConfigurationError } from "@rak-oauth/core";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { RestApiTool, type RestApiToolOptions } from "../src/index.js";
import { useApi } from "./api.js";

const api = useApi();

function createTool(options: Partial<RestApiToolOptions>): RestApiTool {
  return new RestApiTool({
    name: "tool",
    description: "Does something.",
    method: "GET",
    url: `${api.origin}/a`,
    allowInsecureLoopback: true,
    ...options,
  });
}

const libraries: [string, NonNullable<RestApiToolOptions["parameters"]>][] = [
  ["zod", z.object({ day: z.string(), limit: z.int().max(50).optional() })],
  ["ArkType", type({ day: "string", "limit?": "number.integer <= 50" })],
  [
    "valibot",
    toStandardJsonSchema(
      v.object({
        day: v.string(),
        limit: v.optional(v.pipe(v.number(), v.integer(), v.maxValue(50))),
      }),
    ),
  ],
];

describe.each(libraries)("parameters of %s", (_, parameters) => {
  it("the model sees JSON Schema", () => {
    expect(createTool({ parameters }).parameters).toMatchObject({
      type: "object",
      properties: { day: { type: "string" }, limit: { type: "integer", maximum: 50 } },
      required: ["day"],
    });
  });

  it("valid arguments go to the API", async () => {
    const tool = createTool({ parameters });
    expect(await tool.execute({ day: "today", limit: 5 })).toMatchObject({ status: "ok" });
    expect(api.seen[0]?.url.search).toBe("?day=today&limit=5");
  });

  it("bad arguments are named, and nothing is sent", async () => {
    const tool = createTool({ parameters });
    for (const [params, name] of [
      [{ limit: 5 }, "day"],
      [{ day: 5 }, "day"],
      [{ day: "today", limit: 51 }, "limit"],
    ] as const) {
      expect(await tool.execute(params)).toMatchObject({
        status: "error",
        error: "invalid_arguments",
        message: expect.stringMatching(new RegExp(`^The argument "${name}" is refused: .+\\.$`)),
      });
    }
    for (const params of [{ day: "today", page: 1 }, null, []]) {
      expect(await tool.execute(params as never)).toMatchObject({ error: "invalid_arguments" });
    }
    expect(api.seen).toEqual([]);
  });
});

it("arguments are converted: coerced, defaulted, transformed", async () => {
  const tool = createTool({
    parameters: z.object({
      limit: z.coerce.number().int(),
      order: z.enum(["asc", "desc"]).default("asc"),
      since: z.iso.date().transform((text) => new Date(`${text}T00:00:00Z`)),
      big: z.string().transform((text) => BigInt(text)),
    }),
  });
  expect(await tool.execute({ limit: "5", since: "2026-01-01", big: "9007199254740993" })).toEqual({
    status: "ok",
    httpStatus: 200,
    data: {},
  });
  expect(Object.fromEntries(api.seen[0]?.url.searchParams ?? [])).toEqual({
    limit: "5",
    order: "asc",
    since: "2026-01-01T00:00:00.000Z",
    big: "9007199254740993",
  });
});

it("a check may take its time, and speak of several arguments", async () => {
  const parameters = z
    .object({ from: z.int(), to: z.int() })
    .refine(async ({ from, to }) => from < to, { message: "from must be before to" });
  const tool = createTool({ parameters });
  expect(await tool.execute({ from: 2, to: 1 })).toMatchObject({
    message: "The arguments together are refused: from must be before to.",
  });
  expect(await tool.execute({ from: "a", to: "b" })).toMatchObject({
    message: expect.stringMatching(/"from" is refused: .+ The argument "to" is refused: /),
  });
});

it("a path argument has to be there, as with JSON Schema", () => {
  const url = `${api.origin}/{id}`;
  const parameters = z.object({ id: z.string().optional() });
  expect(() => createTool({ url, parameters })).toThrow("Add it to parameters.required");
  expect(() => createTool({ url, parameters: z.object({ id: z.string() }) })).not.toThrow();
});

it.each<[string, unknown]>([
  ["that describes no object", z.array(z.string())],
  ["cannot be written as JSON Schema", z.object({ when: z.date() })],
  ["gives no JSON Schema for the model", v.object({ day: v.string() })],
])("a schema %s is refused with the mend", (message, parameters) => {
  expect(() => createTool({ parameters: parameters as never })).toThrow(ConfigurationError);
  expect(() => createTool({ parameters: parameters as never })).toThrow(message);
});

it("RT-01 a schema that takes a path argument away leaves no hole in the address", async () => {
  const parameters = z.object({ id: z.string().transform((id) => (id === "x" ? undefined : id)) });
  const tool = createTool({ method: "DELETE", url: `${api.origin}/users/{id}`, parameters });
  expect(await tool.execute({ id: "x" })).toMatchObject({
    error: "invalid_arguments",
    message: expect.stringContaining("{id}"),
  });
  expect(api.seen).toEqual([]);
});

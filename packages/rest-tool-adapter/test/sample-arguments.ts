import type { ParametersSchema } from "../src/index.js";

type Schema = Readonly<Record<string, unknown>>;

/** Arguments that a schema accepts: what is required alone, or all that there is. */
export function sampleArguments(
  parameters: ParametersSchema,
  extent: "required" | "all",
): Record<string, unknown> {
  return sample(parameters as Schema, extent) as Record<string, unknown>;
}

function sample(schema: Schema, extent: "required" | "all"): unknown {
  const { const: only, enum: values, anyOf, allOf } = schema;
  if (only !== undefined) return only;
  if (Array.isArray(values)) return values[0];
  if (Array.isArray(allOf)) {
    const { allOf: _, ...rest } = schema;
    return sample(allOf.reduce(merge, rest), extent);
  }
  if (Array.isArray(anyOf)) {
    const { anyOf: _, ...rest } = schema;
    return sample(merge(rest, anyOf[0]), extent);
  }
  const type = Array.isArray(schema["type"]) ? schema["type"][0] : schema["type"];
  switch (type ?? (schema["properties"] === undefined ? "string" : "object")) {
    case "object":
      return sampleObject(schema, extent);
    case "array":
      return Array.from({ length: Number(schema["minItems"] ?? (extent === "all" ? 1 : 0)) }, () =>
        sample((schema["items"] ?? {}) as Schema, extent),
      );
    case "integer":
    case "number":
      return Number(schema["minimum"] ?? Number(schema["exclusiveMinimum"] ?? 0) + 1);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleText(schema);
  }
}

/** Texts of which one fits each pattern of the documents. */
const texts = [
  "sample-text",
  "AAAA",
  "1.2.3",
  `sha256:${"0".repeat(64)}`,
  "0".repeat(40),
  "2026-01-01",
  "2026-01-01T00:00:00Z",
  "https://example.com/",
  "refs/heads/main",
  "ssh-rsa AAAA",
  "names.json",
  // Patterns that are open at both ends, in one.
  [
    `/images/${"0".repeat(24)}`,
    ...["categories/guides", "guides", "recipes", "custom_pages", "changelogs", "branches"].map(
      (kind) => `/versions/stable/${kind}/one`,
    ),
    "/versions/stable/apis/one.json",
  ].join(" "),
  "#aabbcc",
];

function sampleText({ description, minLength, maxLength }: Schema): string {
  const pattern = /Pattern: (.*)$/s.exec(typeof description === "string" ? description : "")?.[1];
  const fit = texts.find((text) => pattern === undefined || new RegExp(pattern).test(text));
  const text = fit ?? `no sample fits ${pattern}`;
  return text.padEnd(Number(minLength ?? 0), "x").slice(0, Number(maxLength ?? text.length));
}

function sampleObject(schema: Schema, extent: "required" | "all"): Record<string, unknown> {
  const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
  const required = (schema["required"] ?? []) as readonly string[];
  const names = extent === "all" ? Object.keys(properties) : required;
  return Object.fromEntries(names.map((name) => [name, sample(properties[name] ?? {}, extent)]));
}

function merge(one: Schema, other: Schema): Schema {
  return {
    ...one,
    ...other,
    ...(one["properties"] === undefined && other["properties"] === undefined
      ? {}
      : { properties: { ...(one["properties"] as object), ...(other["properties"] as object) } }),
    required: [
      ...((one["required"] ?? []) as readonly string[]),
      ...((other["required"] ?? []) as readonly string[]),
    ],
  };
}

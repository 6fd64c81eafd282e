import { cutText } from "./cut-text.js";
import { isJsonObject, type JsonObject, type Located, memberPointer } from "./json-pointer.js";
import { OncePer } from "./once-per.js";
import type { OpenApiDocument } from "./open-api-document.js";
import type { Operation } from "./read-operations.js";

/** The least that model providers take for a whole description. */
const maximumLength = 1024;
const maximumSummary = 200;
const maximumReturns = 300;
const maximumProperties = 12;

/** Tells models what operations do: summary, description, and what is returned. */
export class OperationDescriber {
  readonly #document: OpenApiDocument;
  readonly #told = new OncePer<JsonObject, string>();
  readonly #returns = new OncePer<JsonObject, string>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  /** What a model is told of an operation; never empty. */
  describe({ operation, method, path }: Operation): string {
    const told = this.#told.get(operation.value, () => this.#tell(operation));
    return told === "" ? `${method} ${cutText(path, 500)}` : told;
  }

  #tell(operation: Located): string {
    const { summary, description } = operation.value;
    const returns = this.#tellReturns(operation);
    const head = cutText(summary, maximumSummary);
    const body = cutText(description, maximumLength - head.length - returns.length - 2);
    return [head, body === head ? "" : body, returns].filter((part) => part !== "").join("\n");
  }

  #tellReturns({ value, pointer }: Located): string {
    const { responses } = value;
    if (!isJsonObject(responses)) return "";
    const status = Object.keys(responses).find((name) => /^2(?:\d\d|XX)$/i.test(name));
    if (status === undefined) return "";
    const place = memberPointer(pointer, "responses", status);
    const response = tolerate(() =>
      this.#document.resolve({ value: responses[status], pointer: place }),
    );
    if (response === undefined) return "";
    return this.#returns.get(response.value, () =>
      describeResponse(this.#document, response.value),
    );
  }
}

function describeResponse(document: OpenApiDocument, { content, description }: JsonObject): string {
  const mediaTypes = isJsonObject(content) ? Object.values(content) : [];
  const mediaType = mediaTypes.find(isJsonObject);
  const text = cutText(description, maximumReturns);
  const words = [
    mediaType ? describeSchema(document, mediaType["schema"]) : "",
    // Generators write these where they know nothing.
    /^(?:ok|response|success(?:ful)?(?: (?:operation|response))?)?\.?$/i.test(text) ? "" : text,
  ].filter((word) => word !== "");
  return words.length === 0 ? "" : cutText(`Returns: ${words.join(". ")}`, maximumReturns);
}

/** What a schema has. */
function describeSchema(document: OpenApiDocument, given: unknown): string {
  const schema = resolveSchema(document, given);
  if (schema === undefined) return "";
  if (schema["items"] !== undefined) {
    const item = describeSchema(document, withoutItems(resolveSchema(document, schema["items"])));
    return item === "" ? "a list" : `a list of ${item}`;
  }
  const { properties } = schema;
  if (!isJsonObject(properties)) return "";
  const names = Object.keys(properties);
  const shown = names.slice(0, maximumProperties).map((name) => cutText(name, 50));
  return `an object with ${shown.join(", ")}${names.length > maximumProperties ? ", …" : ""}`;
}

/** A list of lists is told of no further. */
function withoutItems(schema: JsonObject | undefined): JsonObject | undefined {
  return schema?.["items"] === undefined ? schema : undefined;
}

function resolveSchema(document: OpenApiDocument, schema: unknown): JsonObject | undefined {
  return tolerate(() => document.resolve({ value: schema, pointer: "#" }).value);
}

/** Answers are only told of: what is wrong with them makes no tool unusable. */
function tolerate<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

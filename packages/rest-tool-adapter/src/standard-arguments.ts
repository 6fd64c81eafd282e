import { ConfigurationError } from "@rak-oauth/core";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { type ParametersSchema, refuseUnknownArguments } from "./argument-validator.js";
import { invalidArguments } from "./tool-result.js";

/**
 * A schema of zod, ArkType, valibot (through `toStandardJsonSchema`) or another library that
 * validates by Standard Schema and gives JSON Schema for the model.
 *
 * @see https://standardschema.dev/json-schema
 */
export interface StandardParametersSchema {
  readonly "~standard": StandardSchemaV1.Props & StandardJSONSchemaV1.Props;
}

/** The dialects we read, in the order we would have them. */
const targets = ["draft-2020-12", "draft-07"] as const;

/** Checks a model's arguments by a schema library, which may also convert them. */
export class StandardArguments {
  /** The same as JSON Schema, as the model sees it. */
  readonly schema: ParametersSchema;
  readonly #standard: StandardParametersSchema["~standard"];
  readonly #where: string;
  readonly #names: ReadonlySet<string>;

  /**
   * @param where - how the owner of the schema is called in errors
   * @throws ConfigurationError when the library gives no JSON Schema of an object.
   */
  constructor(parameters: StandardParametersSchema, where: string) {
    this.#standard = parameters["~standard"];
    this.#where = where;
    this.schema = this.#toJsonSchema();
    this.#names = new Set(Object.keys(this.schema.properties ?? {}));
  }

  /**
   * The arguments as the schema converts them.
   *
   * @throws CallFailedError naming the arguments that are not valid.
   */
  async check(given: unknown): Promise<Readonly<Record<string, unknown>>> {
    refuseUnknownArguments(given, this.#names);
    const result = await this.#standard.validate(given);
    if (result.issues !== undefined) throw invalidArguments(describe(result.issues));
    const { value } = result;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
    throw new ConfigurationError(
      `${this.#where}: parameters converts the arguments to something other than an object. Convert single arguments instead.`,
    );
  }

  #toJsonSchema(): ParametersSchema {
    const { vendor, jsonSchema } = this.#standard;
    const fault = (problem: string) =>
      new ConfigurationError(`${this.#where}: parameters is a schema of ${vendor} ${problem}`);
    if (typeof jsonSchema?.input !== "function") {
      throw fault(
        "that gives no JSON Schema for the model. Use zod 4.2 or later, ArkType, toStandardJsonSchema() of @valibot/to-json-schema, or JSON Schema itself.",
      );
    }
    let reason: unknown;
    for (const target of targets) {
      try {
        const schema = jsonSchema.input({ target });
        if (schema["type"] === "object") return schema as ParametersSchema;
        throw fault("that describes no object. Give one with a property for each argument.");
      } catch (error) {
        reason ??= error;
      }
    }
    if (reason instanceof ConfigurationError) throw reason;
    const words = reason instanceof Error ? reason.message : "no reason is given";
    throw fault(`that cannot be written as JSON Schema: ${words}`);
  }
}

/** Tells a schema of a library from JSON Schema. */
export function isStandardSchema(parameters: unknown): parameters is StandardParametersSchema {
  return (
    ((typeof parameters === "object" && parameters !== null) || typeof parameters === "function") &&
    "~standard" in parameters
  );
}

/** No more of them: a model mends one at a time. */
const maximumIssues = 3;

function describe(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues
    .slice(0, maximumIssues)
    .map(({ path = [], message }) => {
      const names = path.map((part) => String(typeof part === "object" ? part.key : part));
      const subject =
        names.length === 0
          ? "The arguments together are"
          : `The argument ${JSON.stringify(names.join("."))} is`;
      return `${subject} refused: ${message.replace(/[.\s]+$/, "")}.`;
    })
    .join(" ");
}

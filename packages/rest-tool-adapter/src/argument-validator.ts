import { ConfigurationError } from "@rak-oauth/core";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { invalidArguments } from "./tool-result.js";

/** JSON Schema of a tool's arguments: an object with named properties. */
export interface ParametersSchema {
  readonly type: "object";
  /** The arguments by name; one that is not listed here is refused. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly [keyword: string]: unknown;
}

// Keywords we do not know are annotations, as JSON Schema says; formats are not asserted.
const settings = {
  strict: false,
  ownProperties: true,
  validateFormats: false,
  logger: false,
  addUsedSchema: false,
} as const;
let current: Ajv2020 | undefined;
let draft7: Ajv | undefined;

/**
 * Refuses what is no object, and arguments that are not among the names.
 *
 * @throws CallFailedError that says which.
 */
export function refuseUnknownArguments(
  given: unknown,
  names: ReadonlySet<string>,
): asserts given is Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw invalidArguments("The arguments must be one JSON object.");
  }
  for (const name of Object.keys(given)) {
    if (names.has(name)) continue;
    const known = [...names].map((known) => JSON.stringify(known)).join(", ");
    throw invalidArguments(
      `The argument ${JSON.stringify(name)} does not exist. ${known === "" ? "This tool takes no arguments." : `Known arguments: ${known}.`}`,
    );
  }
}

/** Checks a model's arguments against JSON Schema 2020-12, or draft 7 where `$schema` says so. */
export class ArgumentValidator {
  readonly schema: ParametersSchema;
  readonly #where: string;
  readonly #names: ReadonlySet<string>;
  #validate: ValidateFunction | undefined;

  /**
   * @param where - how the owner of the schema is called in errors
   * @throws ConfigurationError when the schema is no JSON Schema of an object.
   */
  constructor(schema: ParametersSchema, where: string) {
    if (typeof schema !== "object" || schema === null || schema.type !== "object") {
      throw new ConfigurationError(
        `${where}: parameters must be a JSON Schema of type "object", such as { type: "object", properties: {} }.`,
      );
    }
    const fault = findSchemaFault(schema);
    if (fault !== undefined) {
      throw new ConfigurationError(`${where}: parameters is no valid JSON Schema: ${fault}.`);
    }
    this.schema = schema;
    this.#where = where;
    this.#names = new Set(Object.keys(schema.properties ?? {}));
  }

  /**
   * Gives back the arguments when they are valid.
   *
   * @throws CallFailedError naming the argument that is not.
   */
  check(given: unknown): Readonly<Record<string, unknown>> {
    refuseUnknownArguments(given, this.#names);
    // Compiled at the first call: of a thousand tools a model uses a few.
    this.#validate ??= this.#compile();
    if (this.#validate(given) !== true)
      throw invalidArguments(describe(this.#validate.errors?.[0]));
    return given;
  }

  #compile(): ValidateFunction {
    const ajv = validatorFor(this.schema);
    try {
      return ajv.compile(this.schema);
    } catch (error) {
      const problem = error instanceof Error ? error.message : "it cannot be compiled";
      throw new ConfigurationError(`${this.#where}: parameters cannot be used: ${problem}.`);
    } finally {
      // The validator would keep every schema for good.
      ajv.removeSchema(this.schema);
    }
  }
}

function validatorFor(schema: ParametersSchema): Ajv | Ajv2020 {
  const dialect = schema["$schema"];
  if (typeof dialect === "string" && dialect.includes("draft-07")) {
    draft7 ??= new Ajv(settings);
    return draft7;
  }
  current ??= new Ajv2020(settings);
  return current;
}

function findSchemaFault(schema: ParametersSchema): string | undefined {
  const ajv = validatorFor(schema);
  try {
    if (ajv.validateSchema(schema) === true) return undefined;
    return ajv.errorsText(ajv.errors, { dataVar: "parameters" });
  } catch (error) {
    // An unknown dialect in $schema.
    return error instanceof Error ? error.message : "it cannot be read";
  }
}

function describe(error: ErrorObject | undefined): string {
  if (!error) return "The arguments do not fit the tool's parameters.";
  const path = error.instancePath.split("/").slice(1).map(unescapePointer);
  const { params, keyword } = error;
  const missing: unknown = params["missingProperty"] ?? params["unevaluatedProperty"];
  if (keyword === "required" || keyword === "dependentRequired") {
    return `The argument ${quote([...path, String(missing)])} is missing. Give it.`;
  }
  const extra: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
  if (typeof extra === "string") {
    return `The argument ${quote([...path, extra])} does not exist. Leave it out.`;
  }
  const allowed: unknown = params["allowedValues"] ?? params["allowedValue"];
  const hint = allowed === undefined ? "" : `: ${JSON.stringify(allowed)}`;
  const subject = path.length === 0 ? "The arguments together" : `The argument ${quote(path)}`;
  return `${subject} ${error.message ?? `fail "${keyword}"`}${hint}.`;
}

function quote(path: readonly string[]): string {
  return JSON.stringify(path.join("."));
}

function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}

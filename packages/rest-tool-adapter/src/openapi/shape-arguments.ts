import type { ParametersSchema } from "../argument-validator.js";
import type { ParameterPlacement } from "../parameter-locations.js";
import type { RequestBodyOptions } from "../request-body.js";
import type { OperationBlueprint } from "./operation-blueprint.js";
import { SchemaTrimmer, type TrimExtent } from "./schema-trimmer.js";
import { shapeBody } from "./shape-body.js";
import { placementOf } from "./to-rest-api-tool-options.js";
import type { TrimmedSchema } from "./trim-assertions.js";

/** What the model fills in, and where that goes. */
export interface ShapedArguments {
  readonly parameters: ParametersSchema;
  readonly placements: Readonly<Record<string, ParameterPlacement>>;
  readonly body: RequestBodyOptions | undefined;
}

/** One argument of a tool. */
export interface ShapedArgument {
  readonly name: string;
  readonly schema: TrimmedSchema;
  readonly isRequired: boolean;
  readonly placement: ParameterPlacement;
}

/** Longer schemas crowd out what the model should think about, and some providers refuse them. */
const maximumSchemaCharacters = 20_000;
/** How much of schemas is kept, from all that is sensible to the least. */
const extents: readonly TrimExtent[] = [
  { depth: 10, favoursRequired: false },
  ...[7, 5, 4, 3, 2, 1].map((depth) => ({ depth, favoursRequired: true })),
  ...[3, 2, 1].map((depth) => ({ depth, favoursRequired: false })),
];
const least: TrimExtent = { depth: 0, favoursRequired: false };

/**
 * The arguments of an operation, as deep as the limit of their schema's size allows. Properties of a plain
 * object as body are arguments of their own; any other body is one argument.
 */
export function shapeArguments(
  blueprint: OperationBlueprint,
  references: ReadonlyMap<string, unknown>,
): ShapedArguments {
  for (const extent of extents) {
    const trimmer = new SchemaTrimmer(references, extent);
    const shaped = shapeWith(trimmer, blueprint);
    const isFit =
      !trimmer.isExhausted && JSON.stringify(shaped.parameters).length <= maximumSchemaCharacters;
    if (isFit) return shaped;
  }
  return shapeWith(new SchemaTrimmer(references, least), blueprint);
}

function shapeWith(
  trimmer: SchemaTrimmer,
  { parameters, body }: OperationBlueprint,
): ShapedArguments {
  const taken = new Set<string>();
  const shaped: ShapedArgument[] = parameters.map((parameter) => ({
    name: nameArgument(parameter.name, parameter.in, taken),
    schema: trimmer.trim(parameter.schema, parameter.source["description"]),
    isRequired: parameter.isRequired,
    placement: placementOf(parameter),
  }));
  const shapedBody =
    body && shapeBody({ body, trimmer, nameArgument: (name) => nameArgument(name, "body", taken) });
  if (shapedBody) shaped.push(...shapedBody.arguments);
  const required = shaped.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    parameters: {
      type: "object",
      properties: Object.fromEntries(shaped.map(({ name, schema }) => [name, schema])),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    },
    placements: Object.fromEntries(shaped.map(({ name, placement }) => [name, placement])),
    body: shapedBody?.options,
  };
}

/** A name that model providers accept for an argument, and no other argument has. */
function nameArgument(name: string, location: string, taken: Set<string>): string {
  const fit =
    name
      .slice(0, 200)
      .replace(/[^A-Za-z0-9_.-]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, 48) || location;
  let candidate = fit;
  for (let count = 1; taken.has(candidate); count += 1) {
    candidate = count === 1 ? `${location}_${fit}` : `${location}_${fit}_${count}`;
  }
  taken.add(candidate);
  return candidate;
}

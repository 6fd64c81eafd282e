import type { Misbehaviour } from "./misbehaviour.js";
import { refusalMisbehaviours } from "./refusal-misbehaviours.js";
import { tokenMisbehaviours } from "./token-misbehaviours.js";
import { transportMisbehaviours } from "./transport-misbehaviours.js";

/** Every misbehaviour that a hostile server knows by name. */
export const misbehaviours: readonly Misbehaviour[] = [
  ...tokenMisbehaviours,
  ...refusalMisbehaviours,
  ...transportMisbehaviours,
];

/** @throws Error when no misbehaviour has this name */
export function findMisbehaviour(name: string): Misbehaviour {
  const found = misbehaviours.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`There is no misbehaviour "${name}"; their names are in \`misbehaviours\`.`);
  }
  return found;
}

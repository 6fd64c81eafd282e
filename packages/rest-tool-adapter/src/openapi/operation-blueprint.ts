import type { HttpMethod } from "../parameter-locations.js";
import type { ToolAuth } from "../tool-auth.js";
import type { ChosenBody } from "./choose-body.js";
import type { OperationParameter } from "./read-parameters.js";

/** All that a tool is made of, read from the document and chosen, before its schema is. */
export interface OperationBlueprint {
  readonly name: string;
  readonly description: string;
  readonly method: HttpMethod;
  /** Absolute, with the placeholders of the path. */
  readonly url: string;
  readonly parameters: readonly OperationParameter[];
  readonly body: ChosenBody | undefined;
  readonly auth: ToolAuth | undefined;
}

import { ConfigurationError } from "@rak-oauth/core";
import type { HttpMethod } from "../parameter-locations.js";
import type { Operation } from "./read-operations.js";

/** Which operations become tools: those that all given fields let through. */
export interface OperationFilter {
  /** Operations that have one of these tags. */
  readonly tags?: readonly string[] | undefined;
  /**
   * Operations whose path fits one of these patterns: `*` stands for anything within a segment,
   * `**` for anything, as in `/repos/{owner}/{repo}/issues/**`.
   */
  readonly paths?: readonly string[] | undefined;
  readonly methods?: readonly HttpMethod[] | undefined;
  /** Operations for which these scopes are enough, by the requirement that is used. */
  readonly scopes?: readonly string[] | undefined;
  readonly operationIds?: readonly string[] | undefined;
}

/** Which operations become tools. */
export interface FilterOptions {
  /** @defaultValue all operations */
  readonly filter?: OperationFilter | undefined;
  /**
   * Whether deprecated operations become tools too; those that `operationIds` names do in any case.
   *
   * @defaultValue false
   */
  readonly includeDeprecated?: boolean | undefined;
}

/**
 * The operations that deprecation, tags, paths, methods and ids let through.
 *
 * @throws ConfigurationError when the filter names an operation that the document does not have.
 */
export function filterOperations(
  operations: readonly Operation[],
  { filter = {}, includeDeprecated = false }: FilterOptions,
): readonly Operation[] {
  const { tags, paths, methods, operationIds } = filter;
  const known = new Set(operations.map(({ operationId }) => operationId));
  const unknown = operationIds?.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `OpenApiToolset: filter.operationIds has ${JSON.stringify(unknown)}, which is no operationId of the document. Correct or remove it.`,
    );
  }
  const patterns = paths?.map(toExpression);
  return operations.filter(
    ({ tags: own, path, method, operationId = "", isDeprecated }) =>
      (!isDeprecated || includeDeprecated || operationIds?.includes(operationId)) &&
      (!tags || own.some((tag) => tags.includes(tag))) &&
      (!patterns || patterns.some((pattern) => pattern.test(path))) &&
      (!methods || methods.includes(method)) &&
      (!operationIds || operationIds.includes(operationId)),
  );
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part.startsWith("**")) return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}

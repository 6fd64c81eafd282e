import { createHash } from "node:crypto";
import type { Operation } from "./read-operations.js";

const maximumLength = 64;

/**
 * A name for each operation that every model accepts: its `operationId`, else method and path, with
 * other characters than letters, digits, `_` and `-` replaced. Where two would be alike, or one is
 * too long, a digest of method and path follows, so that a name depends on no order and no filter.
 */
export function nameOperations(operations: readonly Operation[]): ReadonlyMap<Operation, string> {
  const wishes = new Map(operations.map((operation) => [operation, wishFor(operation)]));
  const counts = new Map<string, number>();
  for (const { name } of wishes.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const exact = new Map<string, number>();
  for (const { name, isExact } of wishes.values()) {
    if (isExact) exact.set(name, (exact.get(name) ?? 0) + 1);
  }
  const names = new Map<Operation, string>();
  const crowded: [Operation, string][] = [];
  for (const [operation, { name, isExact }] of wishes) {
    const isAlone = isExact ? exact.get(name) === 1 : counts.get(name) === 1;
    if (isAlone && name.length <= maximumLength) names.set(operation, name);
    else crowded.push([operation, name]);
  }
  const taken = new Set(names.values());
  for (const [operation, name] of crowded.sort(([one], [other]) => compare(one, other))) {
    const free = withDigest(name, operation, taken);
    taken.add(free);
    names.set(operation, free);
  }
  return names;
}

/** The name an operation would have if it were alone, and whether that is its `operationId` as it is. */
function wishFor({ operationId, method, path }: Operation): {
  readonly name: string;
  readonly isExact: boolean;
} {
  const name = toName(operationId ?? "") || toName(method.toLowerCase() + path);
  return { name, isExact: name === operationId };
}

function toName(text: string): string {
  // Bounded before it is searched: a document may hold whatever it likes.
  return text
    .slice(0, 200)
    .replace(/[^A-Za-z0-9_-]+/g, "_")
    .replace(/^_+|_+$/g, "");
}

function withDigest(name: string, operation: Operation, taken: ReadonlySet<string>): string {
  const digest = createHash("sha256").update(identityOf(operation)).digest("hex");
  for (let length = 8; ; length += 8) {
    const end = `_${digest.slice(0, length)}`;
    const candidate = name.slice(0, maximumLength - end.length) + end;
    if (!taken.has(candidate) || length > 40) return candidate;
  }
}

function compare(one: Operation, other: Operation): number {
  return identityOf(one) < identityOf(other) ? -1 : 1;
}

function identityOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

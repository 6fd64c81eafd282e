/** Where something is in an answer: names of properties, and `[]` for each item of a list. */
export type AnswerPath = readonly string[];

const eachItem = "[]";

/**
 * Reads a path such as `items[].id`, `data.list` or `[].name`. A dot or bracket within a name is
 * written with a backslash before it: `@odata\.nextLink`. An empty text is the answer itself.
 *
 * @returns nothing when the text is no path.
 */
export function parsePath(text: unknown): AnswerPath | undefined {
  if (typeof text !== "string") return undefined;
  if (text === "") return [];
  const steps: string[] = [];
  const step = /(?:^|(?<!^)\.|(?=\[))(?:((?:\\.|[^.[\]\\])+)|\[\])/sy;
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return undefined;
    steps.push(match[1]?.replace(/\\(.)/gs, "$1") ?? eachItem);
  }
  return steps;
}

/** What a path leads to; the items of all lists on the way, as one list, behind `[]`. */
export function select(value: unknown, path: AnswerPath): unknown {
  let current = value;
  for (const [index, step] of path.entries()) {
    if (step === eachItem) {
      if (!Array.isArray(current)) return undefined;
      const rest = path.slice(index + 1);
      return current.flatMap((item) => select(item, rest) ?? []);
    }
    if (!hasProperty(current, step)) return undefined;
    current = current[step];
  }
  return current;
}

/** Paths that begin alike, put together. */
interface PathTree {
  isKept: boolean;
  readonly steps: Map<string, PathTree>;
}

/** Makes what keeps, of any answer, only what the paths lead to, each thing in its place. */
export function createPicker(paths: readonly AnswerPath[]): (value: unknown) => unknown {
  const root: PathTree = { isKept: false, steps: new Map() };
  for (const path of paths) {
    let tree = root;
    for (const step of path) {
      const next: PathTree = tree.steps.get(step) ?? { isKept: false, steps: new Map() };
      tree.steps.set(step, next);
      tree = next;
    }
    tree.isKept = true;
  }
  return (value) => keep(value, root);
}

function keep(value: unknown, tree: PathTree): unknown {
  if (tree.isKept) return value;
  const ofItems = tree.steps.get(eachItem);
  if (Array.isArray(value)) {
    return ofItems === undefined ? undefined : value.map((item) => keep(item, ofItems) ?? null);
  }
  if (typeof value !== "object" || value === null) return value === null ? null : undefined;
  const kept: [string, unknown][] = [];
  for (const [name, branch] of tree.steps) {
    if (!hasProperty(value, name)) continue;
    const part = keep(value[name], branch);
    if (part !== undefined) kept.push([name, part]);
  }
  return Object.fromEntries(kept);
}

function hasProperty(value: unknown, name: string): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name);
}

/**
 * What a JSON value has at a path of names and numbers with dots between them, such as
 * `errors.0.resource`; nothing where the path leads nowhere.
 */
export function memberAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>(ownMember, value);
}

/** What every object inherits is not in the JSON. */
function ownMember(value: unknown, name: string): unknown {
  const isOwn = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  return isOwn ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

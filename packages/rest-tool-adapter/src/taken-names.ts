/**
 * Tells whether servers may take a name for one of those that are taken: some ignore the letters'
 * case, and some read `key[]` as `key`.
 */
export function isTaken(location: string, name: string, taken: readonly string[]): boolean {
  const lower = name.toLowerCase();
  const base = location === "query" ? lower.replace(/\[.*$/s, "") : lower;
  return taken.some((one) => one.toLowerCase() === lower || one.toLowerCase() === base);
}

/** Longest part of a path that is shown: of a handle's 43 characters, this many open nothing. */
const shownSegmentLength = 32;
const shownPathLength = 200;

/** A path for logs: long parts are left out, for they may be the handle of an authorization. */
export function toShownPath(path: string): string {
  return path
    .split("/")
    .map((segment) => (segment.length > shownSegmentLength ? "…" : segment))
    .join("/")
    .slice(0, shownPathLength);
}

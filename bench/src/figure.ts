/** Which side of the target is good. */
type Direction = "at most" | "at least";

/** What a figure must reach. */
export interface Target {
  readonly direction: Direction;
  readonly value: number;
}

/** One measured number, as it is printed and kept. */
export interface Figure {
  readonly name: string;
  /** Absent where nothing could be measured; the detail says why. */
  readonly value?: number | undefined;
  /** Such as `×`, `rows/s` or `bytes`. */
  readonly unit: string;
  /** Absent for figures that only inform. */
  readonly target?: Target | undefined;
  /** What was measured on both sides, in words: medians, floors, sizes. */
  readonly detail: string;
}

/** `quick`: small enough to try something out; the targets are for `full`. */
export type Size = "full" | "quick";

/** Some figures that are measured together. */
export interface Part {
  readonly name: string;
  /** Measures; `tell` says what is going on. */
  measure(tell: (line: string) => void, size: Size): Promise<readonly Figure[]>;
}

/** A group of figures that are kept together. */
export interface Suite {
  readonly name: string;
  readonly description: string;
  readonly parts: readonly Part[];
}

/** What a figure must not exceed. */
export function atMost(value: number): Target {
  return { direction: "at most", value };
}

/** What a figure must not fall below. */
export function atLeast(value: number): Target {
  return { direction: "at least", value };
}

/** Whether a figure reaches its target; one without a target always does. */
export function reachesTarget({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  if (value === undefined) return false;
  return target.direction === "at most" ? value <= target.value : value >= target.value;
}

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
  readonly value: number;
  /** Such as `×`, `rows/s` or `bytes`. */
  readonly unit: string;
  /** Absent for figures that only inform. */
  readonly target?: Target | undefined;
  /** What was measured on both sides, in words: medians, floors, sizes. */
  readonly detail: string;
}

/** A group of figures that are measured together. */
export interface Suite {
  readonly name: string;
  readonly description: string;
  /** Measures; `tell` says what is going on. */
  run(tell: (line: string) => void): Promise<readonly Figure[]>;
}

/** Whether a figure reaches its target; one without a target always does. */
export function reachesTarget({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return target.direction === "at most" ? value <= target.value : value >= target.value;
}

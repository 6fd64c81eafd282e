/** Calls `work` for 0 … count-1, so many at once. */
export async function inBatches(
  count: number,
  size: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += size) {
    const length = Math.min(size, count - from);
    await Promise.all(Array.from({ length }, (_, offset) => work(from + offset)));
  }
}

import { median } from "./statistics.js";

/** Two ways of doing the same, measured in turns so that both meet the same machine. */
export interface Contest {
  readonly rounds: number;
  /** Rounds before that, for the compiler and the caches of both sides. @defaultValue 1 */
  readonly warmUps?: number | undefined;
  /** One measurement of ours. */
  readonly ours: () => Promise<number>;
  /** One measurement of what ours is compared with. */
  readonly floor: () => Promise<number>;
}

/** What a contest came to. */
export interface ContestResult {
  /** Median over the rounds of ours divided by the floor. */
  readonly ratio: number;
  readonly ours: number;
  readonly floor: number;
}

/** Measures both sides in turns and compares round by round. */
export async function interleave(contest: Contest): Promise<ContestResult> {
  const { warmUps = 1 } = contest;
  for (let round = 0; round < warmUps; round += 1) {
    await contest.ours();
    await contest.floor();
  }
  const ours: number[] = [];
  const floor: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < contest.rounds; round += 1) {
    // The order changes, so that neither side always comes after the other.
    const first = round % 2 === 0;
    const floorFirst = first ? await contest.floor() : undefined;
    const our = await contest.ours();
    const other = floorFirst ?? (await contest.floor());
    ours.push(our);
    floor.push(other);
    ratios.push(our / other);
  }
  return { ratio: median(ratios), ours: median(ours), floor: median(floor) };
}

/**
 * Median times of single calls in microseconds, one of ours and one of the floor in turns: what
 * happens between calls (a server that falls asleep, a cold cache) meets both sides alike.
 */
export async function alternate(
  count: number,
  ours: (index: number) => Promise<unknown>,
  floor: (index: number) => Promise<unknown>,
): Promise<ContestResult> {
  const blocks: ContestResult[] = [];
  for (let block = 0; block <= alternatingBlocks; block += 1) {
    const times = { ours: [] as number[], floor: [] as number[] };
    for (let index = 0; index < count; index += 1) {
      times.floor.push(await microseconds(() => floor(index)));
      times.ours.push(await microseconds(() => ours(index)));
    }
    const result = { ours: median(times.ours), floor: median(times.floor) };
    // The first block is for the compiler and the caches of both sides.
    if (block > 0) blocks.push({ ...result, ratio: result.ours / result.floor });
  }
  const middle = (value: (result: ContestResult) => number) => median(blocks.map(value));
  return {
    ratio: middle(({ ratio }) => ratio),
    ours: middle((result) => result.ours),
    floor: middle((result) => result.floor),
  };
}

const alternatingBlocks = 5;

async function microseconds(call: () => Promise<unknown>): Promise<number> {
  const began = process.hrtime.bigint();
  await call();
  return Number(process.hrtime.bigint() - began) / 1000;
}

/** Calls a second, all of them started at once. */
export async function ratePerSecond(
  count: number,
  call: (index: number) => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  await Promise.all(Array.from({ length: count }, (_, index) => call(index)));
  return (count / (performance.now() - began)) * 1000;
}

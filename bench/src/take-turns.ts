import { median } from "./statistics.js";

/** Something that is measured again and again, among others. */
export interface Turn {
  readonly name: string;
  /** One measurement, the less the better. */
  measure(): Promise<number>;
}

/** What each turn came to, round by round. */
export class TurnResults {
  readonly #rounds: readonly ReadonlyMap<string, number>[];

  constructor(rounds: readonly ReadonlyMap<string, number>[]) {
    this.#rounds = rounds;
  }

  /** Median of one turn's measurements. */
  median(name: string): number {
    return median(this.#rounds.flatMap((round) => round.get(name) ?? []));
  }

  /** Median over the rounds of one divided by the other. */
  ratio(name: string, other: string): number {
    return median(
      this.#rounds.map((round) => (round.get(name) ?? Number.NaN) / (round.get(other) ?? 0)),
    );
  }
}

/** How often {@link takeTurns} measures. */
export interface Rounds {
  readonly count: number;
  /** Rounds before that, for the compiler and the caches of all. @defaultValue 1 */
  readonly warmUps?: number | undefined;
}

/** Measures all in turns, each round beginning with another one: all meet the same machine. */
export async function takeTurns(rounds: Rounds, turns: readonly Turn[]): Promise<TurnResults> {
  const { count, warmUps = 1 } = rounds;
  const results: Map<string, number>[] = [];
  for (let round = -warmUps; round < count; round += 1) {
    const result = new Map<string, number>();
    const first = (round + warmUps) % turns.length;
    for (const turn of [...turns.slice(first), ...turns.slice(0, first)]) {
      result.set(turn.name, await turn.measure());
    }
    if (round >= 0) results.push(result);
  }
  return new TurnResults(results);
}

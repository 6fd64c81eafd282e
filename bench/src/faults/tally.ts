import colours from "picocolors";
import { atMost, type Figure } from "../figure.js";
import { type Fault, faults } from "./fault.js";
import { deviationsIn, type GrantResult } from "./round.js";
import { reuseModes, steps } from "./step.js";

const narrowest = 10;

/** What became of all grants of one store. */
export class Tally {
  readonly store: string;
  readonly #results: GrantResult[] = [];
  readonly #rounds = new Map<Fault, number>();
  /** Rounds that the machine disturbed. */
  disturbed = 0;

  constructor(store: string) {
    this.store = store;
  }

  /** Takes what one round came to: one process that met its fault. */
  add(fault: Fault, results: readonly GrantResult[]): void {
    this.#results.push(...results);
    this.#rounds.set(fault, this.rounds(fault) + 1);
  }

  /** How many processes met one of these faults. */
  rounds(...wanted: readonly Fault[]): number {
    return wanted.reduce((sum, fault) => sum + (this.#rounds.get(fault) ?? 0), 0);
  }

  /** One figure a fault, and how often at most a refresh token was sent that was spent before. */
  figures(): readonly Figure[] {
    const met = faults.filter((fault) => this.rounds(fault) > 0);
    return [
      ...met.map((fault) => this.#figureOf(fault)),
      {
        name: `a spent refresh token sent again, ${this.store}`,
        value: Math.max(0, ...this.#results.map(({ staleSpends }) => staleSpends)),
        unit: "times",
        target: atMost(3),
        detail: "the most for one grant; a grant that has ended should not be tried on and on",
      },
    ];
  }

  /** Grants kept of those struck, by fault, provider and step. */
  table(): string {
    const width = Math.max(narrowest, ...steps.map((step) => step.length)) + 1;
    const head = ["", ...steps].map((name, index) =>
      index === 0 ? name.padEnd(34) : name.padStart(width),
    );
    const rows = faults
      .filter((fault) => this.rounds(fault) > 0)
      .flatMap((fault) => reuseModes.map((mode) => ({ fault, mode })))
      .map(({ fault, mode }) => {
        const cells = steps.map((step) => {
          const struck = this.#results.filter(
            (result) => result.fault === fault && result.mode === mode && result.step === step,
          );
          const kept = struck.filter(({ fate }) => fate === "kept").length;
          const text = `${kept}/${struck.length}`.padStart(width);
          return deviationsIn(struck).length === 0 ? text : colours.red(text);
        });
        return `${`${fault}, ${mode}`.padEnd(34)}${cells.join("")}`;
      });
    return [`${this.store}: grants kept of those struck`, head.join(""), ...rows].join("\n");
  }

  #figureOf(fault: Fault): Figure {
    const struck = this.#results.filter((result) => result.fault === fault);
    const count = (fate: GrantResult["fate"]) =>
      struck.filter((result) => result.fate === fate).length;
    return {
      name: `${fault === "none" ? "no fault" : fault}, ${this.store}`,
      value: deviationsIn(struck).length,
      unit: "deviations",
      target: atMost(0),
      detail: `${this.rounds(fault)} processes, ${struck.length} grants: ${count("kept")} kept, ${count("lost")} ended by the provider, ${count("given up")} given up`,
    };
  }
}

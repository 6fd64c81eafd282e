import type { Fault } from "./fault.js";
import type { ReuseMode, Step } from "./step.js";

/**
 * What became of a grant. `kept`: the store has a refresh token that works, and the next refresh
 * shows it. `lost`: the provider has ended the grant, and the user is asked. `given up`: the provider
 * would go on, and our side cannot.
 */
export type Fate = "kept" | "lost" | "given up";

/** What may become of a grant; `either` where it depends on who is faster. */
export type AllowedFate = "kept" | "lost" | "either";

interface Losses {
  readonly lost: readonly Step[];
  readonly either?: readonly Step[] | undefined;
}

/** The provider has rotated, or will, and the store does not know. */
const rotatedElsewhere = ["in-flight", "rotated", "answered", "storing"] as const;

/**
 * What a strict provider ends. The rule behind it: once a refresh token was rotated and its successor
 * did not reach the store, the next process that sends the old one ends the grant. Nobody can know
 * that it was rotated, and not sending it would lose the grants whose request never arrived.
 *
 * - `killed`: the successor died with the process. In flight, it does not matter whether the server
 *   commits before or after somebody else's request: the second of the two ends the grant.
 * - `paused`: while others act, a paused process is a dead one to them. Where it had not sent yet, it
 *   finds at its next look that its lease is over. Between that look and the first byte (`sending`)
 *   there is no further look, so it may send what was spent meanwhile.
 * - `paused alone`: nobody acted, so the refresh token it sends, or has sent, was spent once. It is
 *   written by fingerprint, although the lease is long over.
 * - `cut from the provider`: the process lives and knows that its answer is lost, not what it was;
 *   only the same refresh token can be tried again. Once the answer is there, the cut means nothing.
 * - `cut from the store`: like `paused`, but the process goes on and rotates. Before its look at the
 *   clock (`leased`) it depends on the time the cut took whether it still sends.
 * - `cut from the store alone`: the write is repeated until it lands, the old token never sent again.
 * - `store away for all`: the same; the others have noticed the outage, and leave the holder time to write.
 */
const endedByStrictProviders: Readonly<Record<Fault, Losses>> = {
  none: { lost: [] },
  killed: { lost: rotatedElsewhere },
  paused: { lost: rotatedElsewhere, either: ["sending"] },
  "paused alone": { lost: [] },
  "cut from the provider": { lost: ["in-flight", "rotated"] },
  "cut from the store": { lost: ["sending", ...rotatedElsewhere], either: ["leased"] },
  "cut from the store alone": { lost: [] },
  "store away for all": { lost: [] },
};

/** One place of the table. */
export interface Cell {
  readonly fault: Fault;
  readonly step: Step;
  readonly mode: ReuseMode;
}

/**
 * What may become of a grant. With a reuse window nothing is lost: whoever sends the old refresh
 * token again gets a new one, and the sweep does so within seconds.
 */
export function allowedFate({ fault, step, mode }: Cell): AllowedFate {
  const { lost, either } = endedByStrictProviders[fault];
  if (mode === "window") return "kept";
  if (lost.includes(step)) return "lost";
  return either?.includes(step) ? "either" : "kept";
}

/** Whether a spent refresh token may come again: only where a strict provider may end the grant. */
export function mayRepeat({ fault, step }: Cell): boolean {
  return allowedFate({ fault, step, mode: "strict" }) !== "kept";
}

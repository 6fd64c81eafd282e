/** How time is waited for; tests give their own. `node:timers/promises` has one: `scheduler`. */
export interface Scheduler {
  /** Resolves after `delayMs` milliseconds; rejects when the signal aborts first. */
  wait(delayMs: number, options: { readonly signal: AbortSignal }): Promise<void>;
}

/** What happens to a process in the middle of a refresh. */
export const faults = [
  /** It halts and goes on. */
  "none",
  /** SIGKILL; others ask and sweep. */
  "killed",
  /** SIGSTOP past the end of its lease, while others ask and sweep; then SIGCONT. */
  "paused",
  /** SIGSTOP past the end of its lease, SIGCONT; only then others come. */
  "paused alone",
  /** It goes on without a way to the provider; others come when it has given up. */
  "cut from the provider",
  /** It goes on without a way to the store, past the end of its lease, while others ask and sweep. */
  "cut from the store",
  /** The same, but others come when it has its way back. */
  "cut from the store alone",
  /** The store is away for everybody, past the end of its lease; others come when it is back. */
  "store away for all",
] as const;

/** One of {@link faults}. */
export type Fault = (typeof faults)[number];

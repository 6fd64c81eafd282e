/** Where in a refresh a fault strikes, in the order of the refresh. */
export const steps = [
  /** 1: nothing is leased. */
  "unleased",
  /** 2: the lease is taken, and the process has not looked at its clock since. */
  "leased",
  /** 2: it has looked; of the request no byte is sent. */
  "sending",
  /** 3: the server has the request and never commits: it fails, or restarts. */
  "abandoned",
  /** 3: the server has the request, has not committed, and will. */
  "in-flight",
  /** 4: the server has rotated the refresh token; the answer is unread. */
  "rotated",
  /** 5: the answer is read. */
  "answered",
  /** 5: the new credential is about to be written. */
  "storing",
  /** 6: it is written, the caller not served. */
  "stored",
] as const;

/** One of {@link steps}. */
export type Step = (typeof steps)[number];

/** What a token server does with a refresh token that was spent already. */
export const reuseModes = ["strict", "window"] as const;

/** `strict`: it ends the grant. `window`: for a while it gives new tokens once more. */
export type ReuseMode = (typeof reuseModes)[number];

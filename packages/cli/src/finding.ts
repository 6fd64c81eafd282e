/** One thing that was looked at, in words for people; it holds no secret. */
export interface Finding {
  /** `warning`: it may work, and a person should look at it. */
  readonly level: "ok" | "warning" | "error";
  /** What was looked at: `settings`, `keys`, `store`, or, of a provider, what `diagnose` looks at. */
  readonly check: string;
  /** The provider, or the issuer, that it concerns. */
  readonly provider?: string | undefined;
  /** What is right; or what is wrong, where, and how to mend it. */
  readonly message: string;
}

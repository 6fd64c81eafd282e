/** The command line or a setting cannot work; the message says what, where and how to mend it. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

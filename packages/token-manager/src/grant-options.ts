/** What a grant may be asked for. */
export interface GrantOptions {
  /** @defaultValue the configuration's */
  readonly scopes?: readonly string[] | undefined;
  /** The one resource it is for (RFC 8707). @defaultValue the configuration's `resources` */
  readonly resource?: string | undefined;
}

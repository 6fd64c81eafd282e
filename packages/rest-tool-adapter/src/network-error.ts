/** The network failed. It says nothing of what was sent: errors of HTTP clients may quote that. */
export class NetworkError extends Error {
  override readonly name: string = "NetworkError";
  /** The system's or the HTTP client's word for it, such as `ECONNREFUSED`; empty when there is none. */
  readonly code: string;

  constructor(error: unknown) {
    super("The network failed.");
    const code = (error as { readonly code?: unknown } | undefined)?.code;
    this.code = typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : "";
  }
}

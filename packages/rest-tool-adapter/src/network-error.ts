/** The network failed. It says nothing of what was sent: errors of HTTP clients may quote that. */
export class NetworkError extends Error {
  override readonly name: string = "NetworkError";
  /** The system's word for it, such as `ECONNREFUSED`; empty when there is none. */
  readonly code: string;

  constructor(error: unknown) {
    const { cause } = error as { readonly cause?: { readonly code?: unknown } };
    const code = typeof cause?.code === "string" ? cause.code : "";
    super("The network failed.");
    this.code = /^[A-Z][A-Z0-9_]+$/.test(code) ? code : "";
  }
}

/**
 * Waits for a step of an HTTP exchange.
 *
 * @throws NetworkError when it fails.
 */
export async function overNetwork<Outcome>(step: PromiseLike<Outcome> | Outcome): Promise<Outcome> {
  try {
    return await step;
  } catch (error) {
    throw new NetworkError(error);
  }
}

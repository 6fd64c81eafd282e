import { type OAuth2Config, TokenRequestError } from "@rak-oauth/core";

/** A field of the configuration that has an endpoint's address. */
export type AddressField =
  | "tokenUrl"
  | "quirks.refreshUrl"
  | "deviceAuthorizationUrl"
  | "introspectionUrl"
  | "pushedAuthorizationUrl";

/** An endpoint by the name people know, and the configuration's field that has its address. */
export interface EndpointTarget {
  readonly endpoint: string;
  readonly field: AddressField;
  /** Status of its good answers. @defaultValue 200 */
  readonly status?: number | undefined;
  /** How long it has for its answer, in milliseconds. @defaultValue as all requests */
  readonly timeoutMs?: number | undefined;
}

/** The address in a field; empty where there is none. */
export function addressIn(config: OAuth2Config, field: AddressField): string {
  return (field === "quirks.refreshUrl" ? config.quirks.refreshUrl : config[field]) ?? "";
}

/** The error for an endpoint that gave no answer. */
export function unreachable(
  error: unknown,
  { endpoint, field, timeoutMs }: EndpointTarget,
  client: { readonly config: OAuth2Config; readonly requestTimeoutMs: number },
): TokenRequestError {
  const { config, requestTimeoutMs } = client;
  const timedOut = error instanceof Error && causes(error).some(isTimeout);
  const why = timedOut
    ? `did not answer within ${timeoutMs ?? requestTimeoutMs} ms`
    : `could not be reached at ${new URL(addressIn(config, field)).origin}${systemCode(error)}`;
  return new TokenRequestError(
    `The ${endpoint} of ${config.provider} ${why}. Nothing is decided; try again later.`,
    { provider: config.provider, kind: "transient" },
  );
}

function causes(error: Error): readonly unknown[] {
  return [error, error.cause];
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

function systemCode(error: unknown): string {
  const reasons = error instanceof Error ? causes(error).toReversed() : [];
  const code = reasons.map(codeOf).find((found) => found !== undefined);
  return code === undefined ? "" : ` (${code})`;
}

function codeOf(reason: unknown): string | undefined {
  const code = reason instanceof Error && "code" in reason ? reason.code : undefined;
  return typeof code === "string" ? code : undefined;
}

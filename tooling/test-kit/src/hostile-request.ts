import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/**
 * Where a request went. `elsewhere` is any address that the server does not serve; redirects point
 * there.
 */
export type HostileEndpoint =
  | "authorization"
  | "token"
  | "revocation"
  | "introspection"
  | "device_authorization"
  | "discovery"
  | "elsewhere";

/** The path of each endpoint. */
export const hostilePaths: Readonly<Record<Exclude<HostileEndpoint, "elsewhere">, string>> = {
  authorization: "/authorize",
  token: "/token",
  revocation: "/revoke",
  introspection: "/introspect",
  device_authorization: "/device_authorization",
  discovery: "/.well-known/openid-configuration",
};

/** One request that came in. Printed, it shows neither its form nor its headers. */
export class HostileRequest {
  readonly endpoint: HostileEndpoint;
  readonly method: string;
  /** Milliseconds since the Unix epoch, by the server's clock. */
  readonly receivedAt: number;
  readonly grantType: string | undefined;
  /** The grant whose refresh token it carries. */
  readonly grantId: string | undefined;
  readonly #form: URLSearchParams;
  readonly #headers: Headers;

  /** @internal */
  constructor(
    fields: Pick<HostileRequest, "endpoint" | "method" | "receivedAt" | "grantId"> & {
      readonly form: URLSearchParams;
      readonly headers: Headers;
    },
  ) {
    this.endpoint = fields.endpoint;
    this.method = fields.method;
    this.receivedAt = fields.receivedAt;
    this.grantType = fields.form.get("grant_type") ?? undefined;
    this.grantId = fields.grantId;
    this.#form = fields.form;
    this.#headers = fields.headers;
  }

  /** Parameters of its body, or of its query where it is no POST. */
  get form(): URLSearchParams {
    return this.#form;
  }

  get headers(): Headers {
    return this.#headers;
  }
}

/** Reads what came in. */
export async function readHostileRequest(incoming: IncomingMessage): Promise<{
  readonly endpoint: HostileEndpoint;
  readonly method: string;
  readonly form: URLSearchParams;
  readonly headers: Headers;
}> {
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://127.0.0.1");
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one);
  }
  const body = await text(incoming);
  const { method = "GET" } = incoming;
  const form = method === "POST" ? new URLSearchParams(body) : searchParams;
  return { endpoint: endpointAt(pathname), method, form, headers };
}

function endpointAt(pathname: string): HostileEndpoint {
  // RFC 8414's address gives the same document.
  if (pathname === "/.well-known/oauth-authorization-server") return "discovery";
  for (const [endpoint, path] of Object.entries(hostilePaths)) {
    if (path === pathname) return endpoint as HostileEndpoint;
  }
  return "elsewhere";
}

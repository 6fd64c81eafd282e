import type { KeyedCertificate } from "./throw-away-certificates.js";

/** What {@link createTlsFetch} trusts and shows. */
export interface TlsFetchOptions {
  /** The only certificate authority that is trusted (PEM). */
  readonly certificateAuthority: string;
  /** What the client shows where a server asks for it. @defaultValue nothing */
  readonly clientCertificate?: KeyedCertificate | undefined;
}

/** A `fetch` with a certificate authority and a client certificate of its own. */
export function createTlsFetch(options: TlsFetchOptions): typeof fetch {
  const { certificateAuthority, clientCertificate } = options;
  const loaded = loadClient(certificateAuthority, clientCertificate);
  return async (input, init) => {
    const { client, dispatcher } = await loaded;
    const request = new Request(input, init);
    const body = request.body === null ? null : await request.arrayBuffer();
    const response = await client.fetch(request.url, {
      method: request.method,
      headers: [...request.headers],
      body,
      redirect: request.redirect,
      signal: request.signal,
      dispatcher,
    });
    return response as unknown as Response;
  };
}

/** Loaded only where it is used: most tests need no TLS. */
async function loadClient(
  ca: string,
  clientCertificate: KeyedCertificate | undefined,
): Promise<{
  readonly client: typeof import("undici");
  readonly dispatcher: import("undici").Agent;
}> {
  const client = await import("undici");
  const { certificate: cert, privateKey: key } = clientCertificate ?? {};
  const dispatcher = new client.Agent({ connect: { ca, cert, key } });
  return { client, dispatcher };
}

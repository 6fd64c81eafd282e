import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { type OAuth2Config, readPrivateKey, showsCertificate } from "@rak-oauth/core";
import type { Dispatcher } from "undici";

/** No endpoint's answer is longer, in bytes. */
export const maximumAnswerBytes: number = 1024 * 1024;

/** An endpoint's answer that has come as a whole. */
export class ReceivedAnswer {
  readonly status: number;
  readonly headers: Pick<Headers, "get">;
  /** Longer than {@link maximumAnswerBytes} where the answer is; the rest was not waited for. */
  readonly bytes: Buffer;
  /** There is nothing more to come. */
  readonly body = null;

  constructor(status: number, headers: Pick<Headers, "get">, bytes: Buffer) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }
}

/** An answer of an endpoint, received or still on its way. */
export type EndpointAnswer = Response | ReceivedAnswer;

/** Sends a request to an endpoint; no redirect is followed. */
export type SendToEndpoint = (url: string, init: RequestInit) => Promise<EndpointAnswer>;

/** As it was when this was loaded. */
const platformFetch = globalThis.fetch;

/**
 * What sends to this configuration's endpoints: undici's client, which costs a third of what `fetch`
 * does; or the application's own `fetch`, be it given or put in place of the global one, as those do who
 * intercept requests. Where the client has a certificate to show (RFC 8705) or the server's own is
 * vouched for by `certificateAuthority`, it does so.
 */
export function endpointTransport(
  config: OAuth2Config,
  given: typeof fetch | undefined,
): SendToEndpoint {
  if (given !== undefined) return given;
  const { clientAuthentication, certificateAuthority } = config;
  const shown = showsCertificate(clientAuthentication);
  const needsOwnConnections = shown || certificateAuthority !== undefined;
  let client: Promise<UndiciClient> | undefined;
  return async (url, init) => {
    if (!needsOwnConnections && fetch !== platformFetch) return fetch(url, init);
    client ??= openClient(needsOwnConnections ? config : undefined, shown);
    return receive(await client, url, init);
  };
}

/** The same for what takes nothing but a `fetch`. */
export function asFetch(send: SendToEndpoint): typeof fetch {
  return async (url, init = {}) => {
    const answer = await send(String(url), init);
    if (!(answer instanceof ReceivedAnswer)) return answer;
    const type = answer.headers.get("content-type");
    const headers = type === null ? {} : { "content-type": type };
    return new Response(new Uint8Array(answer.bytes), { status: answer.status, headers });
  };
}

interface UndiciClient {
  readonly request: typeof import("undici").request;
  /** @defaultValue the one that the application has set for all */
  readonly dispatcher?: Dispatcher | undefined;
}

/** Loaded when needed: whoever gives a `fetch` does without. */
async function openClient(config: OAuth2Config | undefined, shown: boolean): Promise<UndiciClient> {
  const { Agent, request } = await import("undici");
  if (config === undefined) return { request };
  const dispatcher = new Agent({
    connect: {
      ...(config.certificateAuthority !== undefined && { ca: config.certificateAuthority }),
      ...(shown && {
        cert: config.clientCertificate,
        key: toPem(config),
      }),
    },
  });
  return { request, dispatcher };
}

async function receive(
  { request, dispatcher }: UndiciClient,
  url: string,
  { method = "GET", headers: given, body, signal }: RequestInit,
): Promise<ReceivedAnswer> {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  for (const [name, value] of new Headers(given)) headers[name] = value;
  const answer = await request(url, {
    ...(dispatcher && { dispatcher }),
    method: method as Dispatcher.HttpMethod,
    headers,
    body: body === null || body === undefined ? null : String(body),
    signal: signal ?? null,
    // The signal is the one limit of time.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maximumAnswerBytes) break;
  }
  const get = (name: string) => {
    const value = answer.headers[name];
    return (Array.isArray(value) ? value.join(", ") : value) ?? null;
  };
  const bytes = unpack(Buffer.concat(chunks), get("content-encoding"));
  return new ReceivedAnswer(answer.statusCode, { get }, bytes);
}

/** Some servers compress what nobody asked them to, and a small answer may hold gigabytes. */
function unpack(bytes: Buffer, encoding: string | null): Buffer {
  const unpackBytes = unpackers[encoding?.toLowerCase() ?? ""];
  if (unpackBytes === undefined || bytes.length > maximumAnswerBytes) return bytes;
  try {
    return unpackBytes(bytes, { maxOutputLength: maximumAnswerBytes });
  } catch (error) {
    const isTooLarge =
      error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    if (!isTooLarge) throw error;
    return Buffer.alloc(maximumAnswerBytes + 1);
  }
}

const unpackers: Readonly<Record<string, typeof gunzipSync | undefined>> = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Node.js takes PEM for connections, whatever form the configuration has. */
function toPem({ clientPrivateKey }: OAuth2Config): string | undefined {
  const read = clientPrivateKey && readPrivateKey(clientPrivateKey);
  return read?.key.export({ type: "pkcs8", format: "pem" }).toString();
}

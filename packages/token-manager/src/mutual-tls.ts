import { type OAuth2Config, readPrivateKey, showsCertificate } from "@rak-oauth/core";

/**
 * A `fetch` for this configuration's servers: the global one, or, where the client has a certificate
 * to show (RFC 8705) or the server's own is vouched for by `certificateAuthority`, one that does so.
 */
export function fetchFor(config: OAuth2Config): typeof fetch {
  const { clientAuthentication, certificateAuthority } = config;
  const shown = showsCertificate(clientAuthentication);
  if (!shown && certificateAuthority === undefined) {
    return (...request) => fetch(...request);
  }
  let own: Promise<typeof fetch> | undefined;
  return async (...request) => {
    own ??= createTlsFetch(config, shown);
    return (await own)(...request);
  };
}

/** Loaded when needed: the global `fetch` has no setting for certificates. */
async function createTlsFetch(config: OAuth2Config, shown: boolean): Promise<typeof fetch> {
  const { Agent, fetch: send } = await import("undici");
  const dispatcher = new Agent({
    connect: {
      ...(config.certificateAuthority !== undefined && { ca: config.certificateAuthority }),
      ...(shown && {
        cert: config.clientCertificate,
        key: toPem(config),
      }),
    },
  });
  return ((url: string, init: RequestInit) =>
    send(url, { ...(init as object), dispatcher })) as unknown as typeof fetch;
}

/** Node.js takes PEM for connections, whatever form the configuration has. */
function toPem({ clientPrivateKey }: OAuth2Config): string | undefined {
  const read = clientPrivateKey && readPrivateKey(clientPrivateKey);
  return read?.key.export({ type: "pkcs8", format: "pem" }).toString();
}

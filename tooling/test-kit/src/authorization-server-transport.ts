import type { RequestListener } from "node:http";
import { type HttpServer, listen } from "./http-server.js";
import type { KeyedCertificate } from "./throw-away-certificates.js";
import { createTlsFetch } from "./tls-fetch.js";

/** How an authorization server is reached. */
export interface AuthorizationServerTransport extends HttpServer {
  /** Who vouches for its certificate (PEM); `undefined` without TLS. */
  readonly certificateAuthority: string | undefined;
  createClientCertificate(subject: string): Promise<KeyedCertificate>;
  createSelfSignedCertificate(subject: string): Promise<KeyedCertificate>;
  createFetch(clientCertificate?: KeyedCertificate): typeof fetch;
}

/** Listens on 127.0.0.1; with TLS, asks for a client certificate and takes any or none. */
export async function listenForClients(
  listener: RequestListener,
  port: number,
  tls: boolean,
): Promise<AuthorizationServerTransport> {
  return tls ? listenOverTls(listener, port) : listenInTheClear(listener, port);
}

async function listenInTheClear(
  listener: RequestListener,
  port: number,
): Promise<AuthorizationServerTransport> {
  const refuse = (): never => {
    throw new Error("Client certificates need an authorization server with `tls: true`.");
  };
  return {
    ...(await listen(listener, port)),
    certificateAuthority: undefined,
    createClientCertificate: async () => refuse(),
    createSelfSignedCertificate: async () => refuse(),
    createFetch: (clientCertificate) => (clientCertificate === undefined ? fetch : refuse()),
  };
}

async function listenOverTls(
  listener: RequestListener,
  port: number,
): Promise<AuthorizationServerTransport> {
  // Loaded only here, because it takes long and most servers need no certificate.
  const { createCertificateAuthority, createSelfSignedCertificate } = await import(
    "./throw-away-certificates.js"
  );
  const authority = await createCertificateAuthority();
  const { certificate, privateKey } = await authority.createServerCertificate();
  const server = await listen(listener, port, {
    cert: certificate,
    key: privateKey,
    ca: authority.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  });
  return {
    ...server,
    certificateAuthority: authority.certificate,
    createClientCertificate: authority.createClientCertificate,
    createSelfSignedCertificate,
    createFetch: (clientCertificate) =>
      createTlsFetch({ certificateAuthority: authority.certificate, clientCertificate }),
  };
}

import { ConfigurationError, isSecureUrl } from "@rak-oauth/core";

/**
 * Reads an issuer identifier (RFC 8414 §2).
 *
 * @throws ConfigurationError that says what is wrong with it.
 */
export function parseIssuer(issuer: string | URL, allowInsecureLoopback: boolean): URL {
  const shown = JSON.stringify(issuer);
  if (!URL.canParse(`${issuer}`)) {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown} and must be an absolute URL, such as "https://login.example.com".`,
    );
  }
  const server = new URL(issuer);
  if (server.username !== "" || server.password !== "") {
    throw new ConfigurationError(
      `Discovery: issuer at ${server.host} must hold no user name or password. Remove them.`,
    );
  }
  if (!isSecureUrl(server, allowInsecureLoopback)) {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown} and must use https. For a server on this machine, set allowInsecureLoopback: true and use 127.0.0.1.`,
    );
  }
  if (server.search !== "" || server.hash !== "") {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown} and must have no query or fragment (RFC 8414 §2). Remove it.`,
    );
  }
  if (server.pathname.includes("/.well-known/")) {
    throw new ConfigurationError(
      `Discovery: issuer is ${shown}, which is the address of its metadata. Give the issuer: leave "/.well-known/…" out.`,
    );
  }
  return server;
}

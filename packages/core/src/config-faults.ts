import { X509Certificate } from "node:crypto";
import { ConfigurationError } from "./errors.js";
import { findFapi2Weaknesses } from "./fapi2-profile.js";
import type { OAuth2Config } from "./oauth2-config.js";
import { readPrivateKey } from "./private-key.js";
import { showsCertificate } from "./shows-certificate.js";

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

const endpointFields = [
  "issuer",
  "authUrl",
  "pushedAuthorizationUrl",
  "tokenUrl",
  "deviceAuthorizationUrl",
  "revocationUrl",
  "introspectionUrl",
  "userinfoUrl",
  "jwksUrl",
] as const;

const secretFields: ReadonlySet<PropertyKey> = new Set(["clientSecret", "clientPrivateKey"]);

/** Tells whether a URL may carry secrets: https, or plain http to loopback where that is allowed. */
export function isSecureUrl(address: string | URL, allowInsecureLoopback: boolean): boolean {
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" ||
    (protocol === "http:" && allowInsecureLoopback && loopbackHosts.has(hostname))
  );
}

/** What each field alone allows and all together do not: a line for each fault. */
export function findContradictions(config: OAuth2Config): readonly string[] {
  return [
    ...insecureAddresses(config),
    ...missingForFlow(config),
    ...missingProof(config),
    ...unusableKey(config),
    ...(config.profile === "fapi2" ? findFapi2Weaknesses(config) : []),
  ];
}

function insecureAddresses(config: OAuth2Config): string[] {
  const faults: string[] = [];
  const addresses = [
    ...endpointFields.map((field) => [field, config[field]] as const),
    ["quirks.refreshUrl", config.quirks.refreshUrl] as const,
    ...config.apiOrigins.map((origin, index) => [`apiOrigins.${index}`, origin] as const),
  ];
  for (const [field, value] of addresses) {
    if (value !== undefined && !isSecureUrl(value, config.allowInsecureLoopback)) {
      faults.push(
        `${field} is ${JSON.stringify(value)} and must use https. For a server on this machine, set allowInsecureLoopback: true and use 127.0.0.1.`,
      );
    }
  }
  if (config.redirectUri !== undefined) {
    const { hash, protocol, hostname } = new URL(config.redirectUri);
    if (hash !== "") {
      faults.push(
        `redirectUri is ${JSON.stringify(config.redirectUri)} and must have no fragment (RFC 6749 §3.1.2). Remove "${hash}".`,
      );
    }
    if (protocol === "http:" && !loopbackHosts.has(hostname)) {
      faults.push(
        `redirectUri is ${JSON.stringify(config.redirectUri)} and must use https, or http on 127.0.0.1 (RFC 8252 §7.3).`,
      );
    }
  }
  return faults;
}

function missingForFlow(config: OAuth2Config): string[] {
  const { flow } = config;
  if (flow === "authorization_code" && config.authUrl === undefined) {
    return [
      'authUrl is missing and flow is "authorization_code". Give the authorization endpoint, or choose flow "client_credentials".',
    ];
  }
  if (flow === "device_authorization" && config.deviceAuthorizationUrl === undefined) {
    return [
      'deviceAuthorizationUrl is missing and flow is "device_authorization". Give the device authorization endpoint (RFC 8628 §3.1).',
    ];
  }
  if (flow === "client_credentials" && config.clientAuthentication === "none") {
    return [
      'clientSecret is missing and flow is "client_credentials", which only confidential clients may use (RFC 6749 §4.4). Give the secret, or a private key.',
    ];
  }
  return [];
}

/** What each way of client authentication needs and is not there. */
function missingProof(config: OAuth2Config): string[] {
  const { clientAuthentication: method, quirks } = config;
  const missing = (field: string, mend: string) =>
    `${field} is missing and clientAuthentication is "${method}". ${mend}`;
  const faults: string[] = [];
  if (method.startsWith("client_secret") && config.clientSecret === undefined) {
    faults.push(
      missing(
        "clientSecret",
        'Give the secret, or set clientAuthentication: "none" for a public client.',
      ),
    );
  }
  const usesCertificate = showsCertificate(method);
  if ((usesCertificate || method === "private_key_jwt") && config.clientPrivateKey === undefined) {
    faults.push(
      missing("clientPrivateKey", "Give the private key, as PKCS #8 PEM or as a JSON Web Key."),
    );
  }
  if (usesCertificate && config.clientCertificate === undefined) {
    faults.push(missing("clientCertificate", "Give the certificate of clientPrivateKey, as PEM."));
  }
  if (config.signAuthorizationRequests) {
    const absent = config.clientPrivateKey === undefined ? "clientPrivateKey" : "issuer";
    if (config[absent] === undefined) {
      faults.push(
        `${absent} is missing and signAuthorizationRequests is true. Signed requests (RFC 9101) need the private key, and are addressed to the issuer. Give it, or remove signAuthorizationRequests.`,
      );
    }
  }
  const namesIssuer = quirks.clientAssertionAudience !== "token_endpoint";
  if (method.endsWith("_jwt") && namesIssuer && config.issuer === undefined) {
    faults.push(
      missing(
        "issuer",
        'Client assertions are addressed to it. Give the issuer, or set quirks.clientAssertionAudience: "token_endpoint" where the provider wants that.',
      ),
    );
  }
  return faults;
}

/** A private key that cannot be read, or a certificate that cannot, or that is of another key. */
function unusableKey({ clientPrivateKey, clientCertificate }: OAuth2Config): string[] {
  const privateKey = clientPrivateKey && readPrivateKey(clientPrivateKey);
  const faults: string[] = [];
  if (clientPrivateKey !== undefined && privateKey === undefined) {
    faults.push(
      "clientPrivateKey cannot be read. Give an unencrypted private key, as PKCS #8 PEM or as a JSON Web Key.",
    );
  }
  if (clientCertificate === undefined) return faults;
  const certificate = readCertificate(clientCertificate);
  if (certificate === undefined) {
    faults.push(
      'clientCertificate cannot be read. Give an X.509 certificate as PEM, which begins with "-----BEGIN CERTIFICATE-----".',
    );
  } else if (privateKey !== undefined && !certificate.checkPrivateKey(privateKey.key)) {
    faults.push(
      "clientCertificate is not that of clientPrivateKey: it holds another public key. Give the two that were made together; of a chain, the client's own certificate comes first.",
    );
  }
  return faults;
}

/** The first certificate of a chain. */
function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** One fault of the input: field, value unless it may be secret, and what is wrong with it. */
export function describeFault(
  input: unknown,
  path: readonly PropertyKey[],
  message: string,
): string {
  let value: unknown = input;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  const [first] = path;
  if (first === undefined) return `The configuration is ${describeType(value)} and ${message}.`;
  const field = path.join(".");
  if (value === undefined) return `${field} is missing: it ${message}.`;
  return `${field} is ${secretFields.has(first) ? describeType(value) : describe(value)} and ${message}.`;
}

/** The error that tells all faults at once. */
export function faulty(name: string, faults: readonly string[]): ConfigurationError {
  return new ConfigurationError(`OAuth2 configuration${name}: ${faults.join(" ")}`);
}

/** Shows simple values; an object may hold anything, a secret too. */
function describe(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
  }
  const isSimple = value === null || typeof value === "number" || typeof value === "boolean";
  return isSimple ? String(value) : describeType(value);
}

function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return `of type ${Array.isArray(value) ? "array" : typeof value}`;
}

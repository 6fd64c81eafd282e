import { isSecureUrl, type OAuth2Config } from "@rak-oauth/core";
import type { Finding } from "./diagnose.js";
import type { ServerMetadata } from "./server-metadata.js";

/** Endpoints by their names in metadata and in a configuration. */
const endpoints = [
  ["authorization_endpoint", "authUrl"],
  ["pushed_authorization_request_endpoint", "pushedAuthorizationUrl"],
  ["token_endpoint", "tokenUrl"],
  ["device_authorization_endpoint", "deviceAuthorizationUrl"],
  ["revocation_endpoint", "revocationUrl"],
  ["introspection_endpoint", "introspectionUrl"],
  ["userinfo_endpoint", "userinfoUrl"],
  ["jwks_uri", "jwksUrl"],
] as const;

/** Whether endpoints use https, and are where the configuration has them. */
export function checkEndpoints(
  metadata: ServerMetadata,
  config: OAuth2Config | undefined,
  allowInsecureLoopback: boolean,
): readonly Finding[] {
  const check = "endpoints";
  const aliases = metadata["mtls_endpoint_aliases"] as Record<string, unknown> | null | undefined;
  const findings: Finding[] = [];
  for (const [name, field] of endpoints) {
    const named = metadata[name];
    if (typeof named === "string" && !isUsable(named, allowInsecureLoopback)) {
      findings.push({
        level: "error",
        check,
        message: `The metadata of ${metadata.issuer} has the ${name} ${shown(named)}, which is no https address. The provider has to mend it; give the right one as ${field}.`,
      });
    }
    const given = config?.[field];
    const isKnown = named === given || aliases?.[name] === given;
    if (typeof named === "string" && given !== undefined && !isKnown) {
      findings.push({
        level: "warning",
        check,
        message: `${field} is ${shown(given)}, and the metadata of ${metadata.issuer} has ${shown(named)}. Take that one, or make sure that yours is meant.`,
      });
    }
  }
  if (typeof metadata["token_endpoint"] !== "string") {
    const message = `The metadata of ${metadata.issuer} has no token_endpoint. Check that it is an authorization server.`;
    findings.push({ level: config === undefined ? "error" : "warning", check, message });
  }
  if (findings.length > 0) return findings;
  const message = `The endpoints of ${metadata.issuer} are secure${config === undefined ? "" : " and are those of the configuration"}.`;
  return [{ level: "ok", check, message }];
}

function isUsable(address: string, allowInsecureLoopback: boolean): boolean {
  return URL.canParse(address) && isSecureUrl(address, allowInsecureLoopback);
}

/** Whether codes are protected (RFC 7636). */
export function checkPkce(metadata: ServerMetadata, config: OAuth2Config | undefined): Finding {
  const check = "pkce";
  if (config?.usePkce === false) {
    return {
      level: "warning",
      check,
      message: `usePkce is false, so whoever steals a code can use it. Remove it unless ${metadata.issuer} refuses PKCE.`,
    };
  }
  const methods: unknown = metadata["code_challenge_methods_supported"];
  if (Array.isArray(methods) && methods.includes("S256")) {
    return { level: "ok", check, message: `${metadata.issuer} supports PKCE with S256.` };
  }
  return {
    level: "warning",
    check,
    message: `${metadata.issuer} does not say that it supports PKCE with S256. It is used all the same, and most servers ignore it where they do not know it; MCP servers must have it.`,
  };
}

/** Whether a provider can send browsers back, and nobody else gets the code. */
export function checkRedirectUri(config: OAuth2Config): readonly Finding[] {
  const check = "redirect_uri";
  const { redirectUri, flow } = config;
  if (flow !== "authorization_code") return [];
  const warn = (message: string): readonly Finding[] => [{ level: "warning", check, message }];
  if (redirectUri === undefined) {
    const message =
      "redirectUri is missing. Give the address of the flow's callback, as it is registered in the provider's console.";
    return [{ level: "error", check, message }];
  }
  const { protocol, hostname, href } = new URL(redirectUri);
  const asGiven = `redirectUri is ${shown(redirectUri)}`;
  if (protocol === "http:" && hostname === "localhost") {
    return warn(
      `${asGiven}. "localhost" may resolve to another machine or address family; use 127.0.0.1 (RFC 8252 §8.3).`,
    );
  }
  if (protocol !== "https:" && protocol !== "http:" && !protocol.includes(".")) {
    return warn(
      `${asGiven}, whose scheme other applications can take too. Use https, or a scheme that is a domain of yours backwards (RFC 8252 §7.1).`,
    );
  }
  if (redirectUri !== href) {
    return warn(
      `${asGiven}, and browsers write it as ${shown(href)}. Providers compare exactly; register and give it in that form.`,
    );
  }
  return [
    { level: "ok", check, message: `${asGiven}. It must be registered in exactly that form.` },
  ];
}

/** Whether the server knows the scopes; it need not name all that it has (RFC 8414 §2). */
export function checkScopes(metadata: ServerMetadata, config: OAuth2Config): readonly Finding[] {
  const check = "scopes";
  const supported: unknown = metadata["scopes_supported"];
  if (!Array.isArray(supported) || config.scopes.length === 0) return [];
  const unknown = config.scopes.filter((scope) => !supported.includes(scope));
  if (unknown.length === 0) {
    return [
      { level: "ok", check, message: `${metadata.issuer} knows all scopes that are asked for.` },
    ];
  }
  return [
    {
      level: "warning",
      check,
      message: `${metadata.issuer} does not name ${unknown.map(shown).join(", ")} among its scopes. Look for a misspelling; a server need not name all.`,
    },
  ];
}

/** Whether the server takes the way in which the client proves itself. */
export function checkClientAuthentication(
  metadata: ServerMetadata,
  config: OAuth2Config,
): readonly Finding[] {
  const check = "client_authentication";
  const supported: unknown = metadata["token_endpoint_auth_methods_supported"];
  if (!Array.isArray(supported)) return [];
  const { clientAuthentication: method } = config;
  if (supported.includes(method)) {
    return [{ level: "ok", check, message: `${metadata.issuer} takes ${method}.` }];
  }
  // A server may name the ways to prove a client only, and have public ones all the same.
  return [
    {
      level: method === "none" ? "warning" : "error",
      check,
      message: `${metadata.issuer} does not take ${method}, only ${supported.slice(0, 10).map(shown).join(", ")}. Set clientAuthentication to the one the client was registered for.`,
    },
  ];
}

function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 200));
}

import { ConfigurationError, Secret } from "@rak-oauth/core";
import { isCookieValue, isHeaderName, isHeaderValue } from "./header-rules.js";
import { authorizationHeader } from "./token-presenter.js";
import type { CredentialCarrier, ToolAuth } from "./tool-auth.js";

/** Options of {@link apiKey}. */
export interface ApiKeyOptions {
  readonly in: "header" | "query" | "cookie";
  /** Name of the header, query parameter or cookie, such as `X-Api-Key`. */
  readonly name: string;
  readonly value: string | Secret;
}

/**
 * Authorization by a fixed key in a header, the query or a cookie.
 *
 * @throws ConfigurationError when name or value cannot stand there.
 */
export function apiKey(options: ApiKeyOptions): ToolAuth {
  const value = toSecret("apiKey", "value", options.value);
  const carrier: CredentialCarrier = { in: options.in, name: options.name };
  if (!["header", "query", "cookie"].includes(carrier.in)) {
    throw new ConfigurationError(
      `apiKey: in is ${JSON.stringify(carrier.in)} and must be "header", "query" or "cookie".`,
    );
  }
  if (carrier.in === "query" ? carrier.name === "" : !isHeaderName(carrier.name)) {
    throw new ConfigurationError(
      `apiKey: name is ${JSON.stringify(carrier.name)} and cannot name a ${carrier.in}. Give a name such as "X-Api-Key".`,
    );
  }
  return fixedCredential("apiKey", "value", { carrier, value, secrets: [value] });
}

/** Options of {@link bearer}. */
export interface BearerOptions {
  readonly token: string | Secret;
}

/**
 * Authorization by a fixed bearer token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 * @throws ConfigurationError when the token cannot stand in a header.
 */
export function bearer(options: BearerOptions): ToolAuth {
  const token = toSecret("bearer", "token", options.token);
  return fixedCredential("bearer", "token", {
    carrier: authorizationHeader,
    value: new Secret(`Bearer ${token.secret()}`),
    secrets: [token],
  });
}

/** Options of {@link basic}. */
export interface BasicOptions {
  readonly username: string;
  readonly password: string | Secret;
}

/**
 * HTTP Basic authorization, in UTF-8.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7617
 * @throws ConfigurationError when the user name contains a colon or both parts are empty.
 */
export function basic(options: BasicOptions): ToolAuth {
  const { username } = options;
  const password = textOf(options.password);
  if (typeof username !== "string" || username.includes(":")) {
    throw new ConfigurationError(
      'basic: username must be a text without ":" (RFC 7617 §2). Put what follows into password.',
    );
  }
  if (typeof password !== "string" || (username === "" && password === "")) {
    throw new ConfigurationError("basic: password is missing. Give it as a text or a Secret.");
  }
  const encoded = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  return fixedCredential("basic", "password", {
    carrier: { in: "header", name: "Authorization", scheme: "Basic" },
    value: new Secret(`Basic ${encoded}`),
    // With an empty password the user name is the secret: many APIs take their key there.
    secrets: [new Secret(encoded), new Secret(password === "" ? username : password)],
  });
}

interface FixedCredential {
  readonly carrier: CredentialCarrier;
  readonly value: Secret;
  readonly secrets: readonly Secret[];
}

function fixedCredential(kind: string, field: string, fixed: FixedCredential): ToolAuth {
  const { carrier, value, secrets } = fixed;
  const text = value.secret();
  if (
    (carrier.in === "header" && !isHeaderValue(text)) ||
    (carrier.in === "cookie" && !isCookieValue(text))
  ) {
    throw new ConfigurationError(
      `${kind}: ${field} contains a character that no ${carrier.in} may carry, perhaps a line break at its end. Remove it.`,
    );
  }
  const credential = { carried: [{ carrier, value }], secrets };
  return { carriers: [carrier], authorize: async () => credential };
}

function toSecret(kind: string, field: string, given: string | Secret): Secret {
  const text = textOf(given);
  if (typeof text !== "string" || text === "") {
    throw new ConfigurationError(
      `${kind}: ${field} is missing. Give it as a text or a Secret; is its environment variable set?`,
    );
  }
  return new Secret(text);
}

/** By shape, not by class: the secret may come from another installed copy of core. */
function textOf(given: string | Secret | undefined): string | undefined {
  return typeof given === "object" ? given.secret() : given;
}

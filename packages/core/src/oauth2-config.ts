import { z } from "zod";
import { ConfigurationError } from "./errors.js";
import { Secret } from "./secret.js";

/** How a token is obtained. */
export type OAuth2Flow = "client_credentials" | "authorization_code" | "refresh_token";

/**
 * How the client proves itself at the token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export type ClientAuthentication = "client_secret_basic" | "client_secret_post" | "none";

/** Where a provider departs from the RFCs, as data. All optional: the RFCs are the default. */
export interface ProviderQuirks {
  /** What separates scopes on the wire. @defaultValue " " (RFC 6749 §3.3) */
  readonly scopeSeparator?: " " | "," | undefined;
  /** Further parameters of the authorization request, such as `access_type`. */
  readonly authorizationParameters?: Readonly<Record<string, string>> | undefined;
  /** Type of a token whose answer names none. Without it such an answer is refused. */
  readonly defaultTokenType?: string | undefined;
  /** Lifetime in seconds of a token whose answer names none. Without it, it stays unknown. */
  readonly defaultExpiresInSeconds?: number | undefined;
  /** How long a spent refresh token still works, in seconds. @defaultValue 0 */
  readonly refreshReuseWindowSeconds?: number | undefined;
  /** Error codes that mean the grant is dead, beside `invalid_grant` (RFC 6749 §5.2). */
  readonly terminalErrors?: readonly string[] | undefined;
  /** Whether the scope parameter is left out when refreshing. @defaultValue true */
  readonly omitScopeOnRefresh?: boolean | undefined;
}

/**
 * One client registration at one provider. Made by {@link defineOAuth2Config}, which checks it and
 * fills in defaults.
 */
export interface OAuth2Config {
  /** Short name in keys and results, such as `google`. */
  readonly provider: string;
  /** Name shown to people. */
  readonly displayName: string;
  readonly clientId: string;
  /** Absent for public clients. */
  readonly clientSecret?: Secret | undefined;
  readonly clientAuthentication: ClientAuthentication;
  /** The server's issuer identifier (RFC 8414 §2), where it has one. */
  readonly issuer?: string | undefined;
  /** Authorization endpoint; needed for `authorization_code`. */
  readonly authUrl?: string | undefined;
  readonly tokenUrl: string;
  /** Revocation endpoint (RFC 7009). */
  readonly revocationUrl?: string | undefined;
  /** UserInfo endpoint (OpenID Connect Core §5.3). */
  readonly userinfoUrl?: string | undefined;
  /** Key set for ID tokens (RFC 7517). */
  readonly jwksUrl?: string | undefined;
  /** Where the provider sends the browser back to; needed for `authorization_code`. */
  readonly redirectUri?: string | undefined;
  readonly scopes: readonly string[];
  readonly flow: OAuth2Flow;
  /** Whether PKCE (RFC 7636, S256) protects the code. */
  readonly usePkce: boolean;
  /** Whether the server promises `iss` on every authorization response (RFC 9207). */
  readonly issParameterSupported: boolean;
  /** Origins that may receive tokens of this provider, such as `https://www.googleapis.com`. */
  readonly apiOrigins: readonly string[];
  /** Whether plain http to loopback addresses is accepted; for development only. */
  readonly allowInsecureLoopback: boolean;
  readonly quirks: ProviderQuirks;
}

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

const text = z.string("must be a text").min(1, { error: "must not be empty", abort: true });
const url = text.refine((value) => URL.canParse(value), {
  error: "must be an absolute URL",
  abort: true,
});
const seconds = z
  .number("must be a number of seconds")
  .int("must be whole seconds")
  .positive("must be more than 0");

const strictObject = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === "invalid_type" ? "must be an object" : undefined),
  });

/** Also true for a secret of another installed copy of this package, where `instanceof` fails. */
function isSecret(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "secret" in value &&
    typeof value.secret === "function"
  );
}

const inputSchema = strictObject({
  provider: text.regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must be 1 to 64 lower-case letters, digits, ".", "_" or "-", such as "google"',
  ),
  displayName: text.optional(),
  clientId: text,
  clientSecret: z
    .union([text, z.custom<Secret>(isSecret)], "must be a text that is not empty")
    .optional(),
  clientAuthentication: z
    .enum(["client_secret_basic", "client_secret_post", "none"], {
      error: 'must be "client_secret_basic", "client_secret_post" or "none"',
    })
    .optional(),
  issuer: url.optional(),
  authUrl: url.optional(),
  tokenUrl: url,
  revocationUrl: url.optional(),
  userinfoUrl: url.optional(),
  jwksUrl: url.optional(),
  redirectUri: url.optional(),
  scopes: z
    .array(
      text.regex(
        /^[\x21\x23-\x5b\x5d-\x7e]+$/,
        'must be one scope without spaces or quotes; write ["a", "b"] instead of ["a b"]',
      ),
      "must be a list of scopes",
    )
    .optional(),
  flow: z
    .enum(["client_credentials", "authorization_code", "refresh_token"], {
      error: 'must be "client_credentials", "authorization_code" or "refresh_token"',
    })
    .optional(),
  usePkce: z.boolean("must be true or false").optional(),
  issParameterSupported: z.boolean("must be true or false").optional(),
  apiOrigins: z
    .array(
      url.refine(
        (value) => new URL(value).origin === value,
        'must be an origin: scheme and host without path, such as "https://api.example.com"',
      ),
      "must be a list of origins",
    )
    .optional(),
  allowInsecureLoopback: z.boolean("must be true or false").optional(),
  quirks: strictObject({
    scopeSeparator: z.enum([" ", ","], { error: 'must be " " or ","' }).optional(),
    authorizationParameters: z
      .record(text, z.string("must be a text"), "must be an object of texts")
      .optional(),
    defaultTokenType: text.optional(),
    defaultExpiresInSeconds: seconds.optional(),
    refreshReuseWindowSeconds: seconds.optional(),
    terminalErrors: z.array(text, "must be a list of error codes").optional(),
    omitScopeOnRefresh: z.boolean("must be true or false").optional(),
  }).optional(),
});

/** What {@link defineOAuth2Config} takes: an {@link OAuth2Config} whose defaults may be left out. */
export type OAuth2ConfigInput = {
  readonly [Field in Exclude<keyof OAuth2Config, "clientSecret">]?: OAuth2Config[Field] | undefined;
} & Pick<OAuth2Config, "provider" | "clientId" | "tokenUrl"> & {
    readonly clientSecret?: string | Secret | undefined;
  };

const endpointFields = [
  "issuer",
  "authUrl",
  "tokenUrl",
  "revocationUrl",
  "userinfoUrl",
  "jwksUrl",
] as const;

/**
 * Checks a client registration and fills in defaults: flow `authorization_code`, PKCE on, client
 * secret by HTTP Basic where there is one.
 *
 * @throws ConfigurationError with a line for each fault: field, value and how to mend it.
 */
export function defineOAuth2Config(input: OAuth2ConfigInput): OAuth2Config {
  const name = typeof input?.provider === "string" ? ` for "${input.provider}"` : "";
  const parsed = inputSchema.safeParse(input);
  if (!parsed.success) {
    throw faulty(
      name,
      parsed.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map(
              (key) => `${[...issue.path, key].join(".")} is not a known field. Remove it.`,
            )
          : [describeFault(input, issue.path, issue.message)],
      ),
    );
  }
  const { clientSecret, ...given } = parsed.data;
  const config: OAuth2Config = {
    ...given,
    displayName: given.displayName ?? given.provider,
    clientSecret: typeof clientSecret === "string" ? new Secret(clientSecret) : clientSecret,
    clientAuthentication:
      given.clientAuthentication ?? (clientSecret === undefined ? "none" : "client_secret_basic"),
    scopes: given.scopes ?? [],
    flow: given.flow ?? "authorization_code",
    usePkce: given.usePkce ?? true,
    issParameterSupported: given.issParameterSupported ?? false,
    apiOrigins: given.apiOrigins ?? [],
    allowInsecureLoopback: given.allowInsecureLoopback ?? false,
    quirks: given.quirks ?? {},
  };
  const faults = findContradictions(config);
  if (faults.length > 0) throw faulty(name, faults);
  return Object.freeze(config);
}

/** Tells whether a URL may carry secrets: https, or plain http to loopback where that is allowed. */
export function isSecureUrl(address: string | URL, allowInsecureLoopback: boolean): boolean {
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" ||
    (protocol === "http:" && allowInsecureLoopback && loopbackHosts.has(hostname))
  );
}

function findContradictions(config: OAuth2Config): string[] {
  const faults: string[] = [];
  const addresses = [
    ...endpointFields.map((field) => [field, config[field]] as const),
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
  if (config.flow === "authorization_code" && config.authUrl === undefined) {
    faults.push(
      'authUrl is missing and flow is "authorization_code". Give the authorization endpoint, or choose flow "client_credentials".',
    );
  }
  if (config.clientAuthentication !== "none" && config.clientSecret === undefined) {
    faults.push(
      `clientSecret is missing and clientAuthentication is "${config.clientAuthentication}". Give the secret, or set clientAuthentication: "none" for a public client.`,
    );
  }
  if (config.flow === "client_credentials" && config.clientAuthentication === "none") {
    faults.push(
      'clientSecret is missing and flow is "client_credentials", which only confidential clients may use (RFC 6749 §4.4). Give the secret.',
    );
  }
  return faults;
}

function describeFault(input: unknown, path: readonly PropertyKey[], message: string): string {
  let value: unknown = input;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  if (path.length === 0) return `The configuration is ${describeType(value)} and ${message}.`;
  const field = path.join(".");
  if (value === undefined) return `${field} is missing: it ${message}.`;
  return `${field} is ${path[0] === "clientSecret" ? describeType(value) : describe(value)} and ${message}.`;
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

function faulty(name: string, faults: readonly string[]): ConfigurationError {
  return new ConfigurationError(`OAuth2 configuration${name}: ${faults.join(" ")}`);
}

import { z } from "zod";
import { describeFault, faulty, findContradictions } from "./config-faults.js";
import { oneOf, secret, strictObject, text, url } from "./config-schema.js";
import { type ProviderQuirks, quirksSchema } from "./provider-quirks.js";
import { Secret } from "./secret.js";
import { showsCertificate } from "./shows-certificate.js";

/** How a token is obtained. */
export type OAuth2Flow = (typeof flows)[number];

const flows = [
  "authorization_code",
  "client_credentials",
  "refresh_token",
  "device_authorization",
  "token_exchange",
  "jwt_bearer",
] as const;

/**
 * How the client proves itself at the token endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-2
 */
export type ClientAuthentication = (typeof clientAuthentications)[number];

const clientAuthentications = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "tls_client_auth",
  "self_signed_tls_client_auth",
  "none",
] as const;

/** Security profiles that a configuration can be held to. */
export type SecurityProfile = "fapi2";

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
  /** Absent for public clients, and for those that prove themselves by a key. */
  readonly clientSecret?: Secret | undefined;
  /** The client's private key, as PKCS #8 PEM or as a JSON Web Key (RFC 7517) in JSON. */
  readonly clientPrivateKey?: Secret | undefined;
  /** Key identifier in client assertions. @defaultValue `kid` of a JSON Web Key */
  readonly clientKeyId?: string | undefined;
  /**
   * The certificate of `clientPrivateKey`, or a chain that begins with it, as PEM. The connection shows it
   * (RFC 8705), or, with `private_key_jwt`, client assertions name it by its thumbprints (RFC 7515 §4.1.7,
   * §4.1.8), as Microsoft Entra wants it.
   */
  readonly clientCertificate?: string | undefined;
  /** Who vouches for the server's own certificate, as PEM. @defaultValue the authorities Node.js trusts */
  readonly certificateAuthority?: string | undefined;
  readonly clientAuthentication: ClientAuthentication;
  /** The server's issuer identifier (RFC 8414 §2), where it has one. */
  readonly issuer?: string | undefined;
  /** Authorization endpoint; needed for `authorization_code`. */
  readonly authUrl?: string | undefined;
  /** Where authorization requests are pushed instead of going through the browser (RFC 9126 §2). */
  readonly pushedAuthorizationUrl?: string | undefined;
  readonly tokenUrl: string;
  /** Device authorization endpoint (RFC 8628 §3.1); needed for `device_authorization`. */
  readonly deviceAuthorizationUrl?: string | undefined;
  /** Revocation endpoint (RFC 7009). */
  readonly revocationUrl?: string | undefined;
  /** Introspection endpoint (RFC 7662), asked for the lifetime of tokens that came without one. */
  readonly introspectionUrl?: string | undefined;
  /** UserInfo endpoint (OpenID Connect Core §5.3). */
  readonly userinfoUrl?: string | undefined;
  /** Key set for ID tokens (RFC 7517). */
  readonly jwksUrl?: string | undefined;
  /** Where the provider sends the browser back to; needed for `authorization_code`. */
  readonly redirectUri?: string | undefined;
  readonly scopes: readonly string[];
  /** Resource indicators sent with every authorization and token request (RFC 8707 §2). */
  readonly resources: readonly string[];
  readonly flow: OAuth2Flow;
  /** Whether PKCE (RFC 7636, S256) protects the code. */
  readonly usePkce: boolean;
  /** Whether `clientPrivateKey` signs authorization requests (RFC 9101). */
  readonly signAuthorizationRequests: boolean;
  /** Whether tokens are bound to a key that is kept beside them (DPoP, RFC 9449). */
  readonly useDpop: boolean;
  /** Whether the server promises `iss` on every authorization response (RFC 9207). */
  readonly issParameterSupported: boolean;
  /** Origins that may receive tokens of this provider, such as `https://www.googleapis.com`. */
  readonly apiOrigins: readonly string[];
  /** Whether plain http to loopback addresses is accepted; for development only. */
  readonly allowInsecureLoopback: boolean;
  /**
   * A security profile that is kept, or the configuration is refused. `fapi2` is the FAPI 2.0 Security
   * Profile: requests are pushed, the client proves itself by a key or certificate, tokens are bound to
   * one, and the server names itself on every response.
   */
  readonly profile?: SecurityProfile | undefined;
  readonly quirks: ProviderQuirks;
}

const flag = z.boolean("must be true or false");

const inputSchema = strictObject({
  provider: text.regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must be 1 to 64 lower-case letters, digits, ".", "_" or "-", such as "google"',
  ),
  displayName: text.optional(),
  clientId: text,
  clientSecret: secret.optional(),
  clientPrivateKey: secret.optional(),
  clientKeyId: text.optional(),
  clientCertificate: text.optional(),
  certificateAuthority: text.optional(),
  clientAuthentication: oneOf(...clientAuthentications).optional(),
  issuer: url.optional(),
  authUrl: url.optional(),
  pushedAuthorizationUrl: url.optional(),
  tokenUrl: url,
  deviceAuthorizationUrl: url.optional(),
  revocationUrl: url.optional(),
  introspectionUrl: url.optional(),
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
  resources: z
    .array(
      url.refine(
        (value) => !value.includes("#"),
        "must be an absolute URL without fragment (RFC 8707 §2)",
      ),
      "must be a list of resource indicators",
    )
    .optional(),
  flow: oneOf(...flows).optional(),
  usePkce: flag.optional(),
  signAuthorizationRequests: flag.optional(),
  useDpop: flag.optional(),
  issParameterSupported: flag.optional(),
  apiOrigins: z
    .array(
      url.refine(
        (value) => new URL(value).origin === value,
        'must be an origin: scheme and host without path, such as "https://api.example.com"',
      ),
      "must be a list of origins",
    )
    .optional(),
  allowInsecureLoopback: flag.optional(),
  profile: z.literal("fapi2", 'must be "fapi2", or left out').optional(),
  quirks: quirksSchema.optional(),
});

type SecretField = "clientSecret" | "clientPrivateKey";

/** What {@link defineOAuth2Config} takes: an {@link OAuth2Config} whose defaults may be left out. */
export type OAuth2ConfigInput = {
  readonly [Field in Exclude<keyof OAuth2Config, SecretField>]?: OAuth2Config[Field] | undefined;
} & Pick<OAuth2Config, "provider" | "clientId" | "tokenUrl"> & {
    readonly [Field in SecretField]?: string | Secret | undefined;
  };

/**
 * Checks a client registration and fills in defaults: flow `authorization_code`, PKCE on, client
 * authentication by what there is: HTTP Basic with a secret, else a certificate that the connection
 * shows, else a signed assertion with a private key, else none. Profile `fapi2` turns DPoP and the check of `iss` on.
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
  const given = parsed.data;
  const isFapi2 = given.profile === "fapi2";
  const clientAuthentication = given.clientAuthentication ?? chooseClientAuthentication(given);
  const config: OAuth2Config = {
    ...given,
    displayName: given.displayName ?? given.provider,
    clientSecret: wrap(given.clientSecret),
    clientPrivateKey: wrap(given.clientPrivateKey),
    clientAuthentication,
    scopes: given.scopes ?? [],
    resources: given.resources ?? [],
    flow: given.flow ?? "authorization_code",
    usePkce: given.usePkce ?? true,
    signAuthorizationRequests: given.signAuthorizationRequests ?? false,
    useDpop: given.useDpop ?? (isFapi2 && !showsCertificate(clientAuthentication)),
    issParameterSupported: given.issParameterSupported ?? isFapi2,
    apiOrigins: given.apiOrigins ?? [],
    allowInsecureLoopback: given.allowInsecureLoopback ?? false,
    quirks: given.quirks ?? {},
  };
  const faults = findContradictions(config);
  if (faults.length > 0) throw faulty(name, faults);
  return Object.freeze(config);
}

function chooseClientAuthentication(given: z.infer<typeof inputSchema>): ClientAuthentication {
  if (given.clientSecret !== undefined) return "client_secret_basic";
  if (given.clientCertificate !== undefined) return "tls_client_auth";
  return given.clientPrivateKey === undefined ? "none" : "private_key_jwt";
}

function wrap(value: string | Secret | undefined): Secret | undefined {
  return typeof value === "string" ? new Secret(value) : value;
}

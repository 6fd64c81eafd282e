import {
  ConfigurationError,
  defineOAuth2Config,
  type OAuth2Config,
  type Secret,
} from "@rak-oauth/core";
import { googlePreset } from "./google.js";

/** What {@link googleServiceAccount} needs. */
export interface GoogleServiceAccountOptions {
  /** Google's key file: its text, or what is in it. */
  readonly key: string | Secret | Readonly<Record<string, unknown>>;
  readonly scopes: readonly string[];
  /** E-mail address of the user to act as, by domain-wide delegation. @defaultValue the account itself */
  readonly subject?: string | undefined;
  /** Name in keys and results. @defaultValue "google" */
  readonly provider?: string | undefined;
  /** Origins that may receive the tokens, beside Google's own. @defaultValue none */
  readonly apiOrigins?: readonly string[] | undefined;
}

/** A service account: how its tokens are asked for, and what is signed for them. */
export interface GoogleServiceAccount {
  readonly config: OAuth2Config;
  /** For `serviceAccountAssertion` of `@rak-oauth/token-manager`. */
  readonly assertion: {
    readonly email: string;
    readonly privateKey: Secret;
    readonly keyId: string | undefined;
    readonly scopes: readonly string[];
    readonly subject: string | undefined;
    readonly tokenUrl: string;
  };
}

/**
 * A service account of Google's, from its key file. Nothing is sent, and nothing goes to an address
 * that the file names.
 *
 * @throws ConfigurationError with every fault: field and how to mend it.
 * @see https://developers.google.com/identity/protocols/oauth2/service-account
 */
export function googleServiceAccount(options: GoogleServiceAccountOptions): GoogleServiceAccount {
  const { scopes, subject, provider = googlePreset.provider } = options ?? {};
  const file = readKeyFile(options?.key);
  const [email, privateKey] = [textOf(file["client_email"]), textOf(file["private_key"])];
  if (file["type"] !== "service_account" || email === undefined || privateKey === undefined) {
    throw faulty(
      "key is not a service account's key file. Give the JSON that Google's console offers for download, with type \"service_account\", client_email and private_key.",
    );
  }
  const keyId = textOf(file["private_key_id"]);
  const { tokenUrl } = googlePreset;
  const config = defineOAuth2Config({
    provider,
    displayName: googlePreset.displayName,
    clientId: email,
    clientPrivateKey: privateKey,
    clientKeyId: keyId,
    clientAuthentication: "none",
    tokenUrl,
    revocationUrl: googlePreset.revocationUrl,
    flow: "jwt_bearer",
    scopes,
    apiOrigins: [...new Set([...(options.apiOrigins ?? []), ...googlePreset.apiOrigins])],
    quirks: { assertionIdentifiesClient: true },
  });
  return {
    config,
    assertion: {
      email,
      privateKey: config.clientPrivateKey as Secret,
      keyId,
      scopes: config.scopes,
      subject,
      tokenUrl,
    },
  };
}

/** The file's members; its text may be a secret, and what is wrong with it is not quoted. */
function readKeyFile(key: GoogleServiceAccountOptions["key"]): Readonly<Record<string, unknown>> {
  // By shape, not by class: the secret may come from another installed copy of core.
  const isSecret = (value: object): value is Secret =>
    "secret" in value && typeof value.secret === "function";
  if (typeof key === "object" && key !== null && !isSecret(key)) return key;
  try {
    const parsed: unknown = JSON.parse(typeof key === "string" ? key : key.secret());
    return typeof parsed === "object" && parsed !== null
      ? (parsed as Readonly<Record<string, unknown>>)
      : {};
  } catch {
    throw faulty("key is not JSON. Give the text of the key file, not its path.");
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`googleServiceAccount: ${problem}`);
}

import { createHash } from "node:crypto";
import {
  type ClientAuthentication,
  type CredentialKey,
  type CredentialService,
  isSecureUrl,
  Secret,
} from "@rak-oauth/core";
import type { ClientRegistration } from "./client-registration.js";
import { globalFetch } from "./discover.js";
import { type DocumentRequest, fetchDocument } from "./fetch-document.js";
import { type KeptRegistration, keepRegistration } from "./kept-registration.js";
import { type MetadataCache, sharedMetadata } from "./metadata-cache.js";
import { parseIssuer } from "./parse-issuer.js";
import {
  type DiscoveryAlgorithm,
  discoveryError,
  readServerMetadata,
  type ServerMetadata,
} from "./server-metadata.js";

/** What an application says of itself when it registers. */
export interface ApplicationDescription {
  /** What the authorization server calls the application when it asks users. */
  readonly clientName: string;
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string;
  /** @defaultValue none */
  readonly scopes?: readonly string[] | undefined;
}

/** What {@link registerClient} needs beside the issuer. */
export interface RegisterClientOptions extends ApplicationDescription {
  /** Keeps the registration, sealed, so that every process and every start uses the same one. */
  readonly credentials: CredentialService;
  /** @defaultValue "any" */
  readonly algorithm?: DiscoveryAlgorithm | undefined;
  /** Whether plain http to loopback addresses is accepted; for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** Limit for each answer, in milliseconds. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue one for the whole process */
  readonly cache?: MetadataCache | undefined;
  /** @defaultValue the global `fetch`; where the issuer comes from outside, give `publicFetch()` */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * The application's registration at an authorization server that registers whoever asks (RFC 7591):
 * the one that was kept, or a new one where there is none or its secret has expired. Give it to
 * `discover` for the same issuer. It is kept for this issuer, redirect URI, name and scopes alone.
 *
 * @throws OAuth2Error `discovery_failed` when the server registers nobody, or not this application.
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export async function registerClient(
  issuer: string | URL,
  options: RegisterClientOptions,
): Promise<ClientRegistration> {
  const {
    allowInsecureLoopback = false,
    algorithm = "any",
    timeoutMs = 10_000,
    cache = sharedMetadata,
    fetch: send = globalFetch,
  } = options;
  const server = parseIssuer(issuer, allowInsecureLoopback);
  const request = {
    timeoutMs,
    fetch: send,
    fail: (problem: string) => discoveryError(server.href, problem),
  };
  const metadata = await readServerMetadata(server, { ...request, algorithm, cache });
  const registering = { ...options, ...request, metadata, allowInsecureLoopback };
  return obtainRegistration(registering);
}

/** What {@link obtainRegistration} needs. */
export interface ObtainRegistrationOptions
  extends ApplicationDescription,
    Pick<DocumentRequest, "fetch" | "timeoutMs" | "fail"> {
  readonly metadata: ServerMetadata;
  readonly credentials: CredentialService;
  readonly allowInsecureLoopback: boolean;
}

/** The same as {@link registerClient}, where the metadata is known. */
export async function obtainRegistration(
  options: ObtainRegistrationOptions,
): Promise<ClientRegistration> {
  const { redirectUri, scopes } = options;
  const key = registrationKey(options);
  const kept = await keepRegistration({ ...options, key, register: () => register(options) });
  return {
    clientId: kept.client_id,
    clientSecret: kept.client_secret === undefined ? undefined : new Secret(kept.client_secret),
    clientAuthentication: authenticationOf(kept),
    redirectUri,
    scopes,
  };
}

/** Bound to the issuer: what one server gave is never sent to another. */
function registrationKey(options: ObtainRegistrationOptions): CredentialKey {
  const { metadata, redirectUri, clientName, scopes = [] } = options;
  const what = [metadata.issuer, redirectUri, clientName, scopes.toSorted()];
  const digest = createHash("sha256").update(JSON.stringify(what)).digest("hex");
  return { provider: `client-registration:${digest.slice(0, 32)}` };
}

async function register(options: ObtainRegistrationOptions): Promise<KeptRegistration> {
  const { metadata, fail } = options;
  const address = metadata["registration_endpoint"];
  if (typeof address !== "string") {
    throw fail(
      "it registers no clients by itself (RFC 7591). Register the application there by hand.",
    );
  }
  if (!URL.canParse(address) || !isSecureUrl(address, options.allowInsecureLoopback)) {
    const shown = JSON.stringify(address.slice(0, 200));
    throw fail(`its registration endpoint is ${shown}, which is no https address.`);
  }
  const { fetch, timeoutMs } = options;
  const body = JSON.stringify(describeApplication(options));
  const init = { method: "POST", headers: { "content-type": "application/json" }, body };
  const answer = await fetchDocument({ address, fetch, timeoutMs, fail, init });
  const given = answer.body ?? {};
  const clientId = given["client_id"];
  if ((answer.status !== 201 && answer.status !== 200) || typeof clientId !== "string") {
    // The error's code and no words: they are the server's, and may repeat what was sent.
    const error = String(given["error"] ?? "");
    const code = /^[a-z_]{1,64}$/.test(error) ? `, ${error}` : "";
    throw fail(`it did not register the application (HTTP ${answer.status}${code}).`);
  }
  const expiresAt = Number(given["client_secret_expires_at"] ?? 0);
  return {
    client_id: clientId,
    client_secret: textOf(given["client_secret"]),
    client_secret_expires_at: Number.isSafeInteger(expiresAt) && expiresAt > 0 ? expiresAt : 0,
    token_endpoint_auth_method: textOf(given["token_endpoint_auth_method"]),
    registration_access_token: textOf(given["registration_access_token"]),
    registration_client_uri: textOf(given["registration_client_uri"]),
  };
}

const authenticationMethods = ["client_secret_basic", "client_secret_post", "none"] as const;

/** @see https://www.rfc-editor.org/rfc/rfc7591#section-2 */
function describeApplication(options: ObtainRegistrationOptions): Record<string, unknown> {
  const { metadata, clientName, redirectUri, scopes = [] } = options;
  const supported: unknown = metadata["token_endpoint_auth_methods_supported"];
  const methods: readonly unknown[] = Array.isArray(supported) ? supported : authenticationMethods;
  return {
    client_name: clientName,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: authenticationMethods.find((method) => methods.includes(method)),
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    // What is not native must come back over https (OpenID Connect Registration §2).
    ...(redirectUri.startsWith("http:") && { application_type: "native" }),
  };
}

/** A client with a secret uses HTTP Basic where nothing else is said (RFC 7591 §2). */
function authenticationOf(kept: KeptRegistration): ClientAuthentication {
  if (kept.client_secret === undefined) return "none";
  return kept.token_endpoint_auth_method === "client_secret_post"
    ? "client_secret_post"
    : "client_secret_basic";
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

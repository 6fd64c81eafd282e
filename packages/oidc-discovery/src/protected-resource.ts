import { isSecureUrl } from "@rak-oauth/core";
import { type DocumentRequest, fetchDocument } from "./fetch-document.js";
import type { MetadataCache } from "./metadata-cache.js";
import {
  parseResourceMetadataChallenge,
  type ResourceMetadataChallenge,
} from "./resource-metadata-challenge.js";

/** What a protected resource says of itself. @see https://www.rfc-editor.org/rfc/rfc9728#section-2 */
export interface ProtectedResource {
  /** The resource's identifier, for resource indicators (RFC 8707). */
  readonly resource: string;
  /** Issuers whose tokens it takes; they come from outside. */
  readonly authorizationServers: readonly string[];
  /** Scopes that it asks for, or else all that it knows. */
  readonly scopes: readonly string[];
  readonly name?: string | undefined;
}

/** What {@link readProtectedResource} needs. */
export interface ReadProtectedResourceOptions
  extends Pick<DocumentRequest, "fetch" | "timeoutMs" | "fail"> {
  readonly cache: MetadataCache;
  readonly allowInsecureLoopback: boolean;
}

/**
 * Asks a resource for its metadata: at the address that its challenge names, else at the well-known
 * ones (RFC 9728 §3 and §5). Nothing where it has none.
 *
 * @throws what `fail` makes, also when the metadata is of another resource.
 */
export async function readProtectedResource(
  url: URL,
  options: ReadProtectedResourceOptions,
): Promise<ProtectedResource | undefined> {
  const challenge = await provoke(url, options);
  const wellKnown = (path: string) => `${url.origin}/.well-known/oauth-protected-resource${path}`;
  const path = url.pathname === "/" ? "" : url.pathname;
  const addresses =
    challenge === undefined
      ? new Set([wellKnown(path + url.search), wellKnown("")])
      : [challenge.resourceMetadataUrl];
  for (const address of addresses) {
    if (!isSecureUrl(address, options.allowInsecureLoopback)) {
      throw options.fail(`its metadata is at ${address}, which is no https address.`);
    }
    const { status, body } = await options.cache.read({ ...options, address });
    if (status === 200 && body !== undefined) return toResource(url, body, challenge, options);
    const isMissing = challenge === undefined && status < 500 && status !== 429;
    if (!isMissing) {
      throw options.fail(
        `${address}, where its metadata should be, answered HTTP ${status} without it.`,
      );
    }
  }
  return undefined;
}

/** The challenge to a request without a token. */
async function provoke(
  url: URL,
  options: ReadProtectedResourceOptions,
): Promise<ResourceMetadataChallenge | undefined> {
  const answer = await fetchDocument({
    ...options,
    address: url.href,
    init: { headers: { accept: "application/json, text/event-stream" } },
    skipBody: true,
  });
  return parseResourceMetadataChallenge(answer.headers.get("www-authenticate"));
}

function toResource(
  url: URL,
  body: Readonly<Record<string, unknown>>,
  challenge: ResourceMetadataChallenge | undefined,
  { fail }: ReadProtectedResourceOptions,
): ProtectedResource {
  const { resource, resource_name: name } = body;
  if (typeof resource !== "string" || !isPartOf(url, resource)) {
    const shown = JSON.stringify(resource)?.slice(0, 200) ?? "nothing";
    throw fail(`it says that it is the resource ${shown}. Use the address that it gives.`);
  }
  const asked = challenge?.scopes ?? [];
  return {
    resource,
    authorizationServers: textsOf(body["authorization_servers"]),
    scopes: asked.length > 0 ? asked : textsOf(body["scopes_supported"]),
    name: typeof name === "string" ? cleanName(name) : undefined,
  };
}

/** Of a length that people read, and without characters that they do not see. */
function cleanName(name: string): string | undefined {
  return name.replaceAll(/\p{C}/gu, "").trim().slice(0, 60) || undefined;
}

/** Whether an address is of a resource: it may be one of several below the resource's own. */
function isPartOf(url: URL, resource: string): boolean {
  if (!URL.canParse(resource)) return false;
  const { origin, pathname, search, hash } = new URL(resource);
  const withSlash = (path: string) => path.replace(/\/*$/, "/");
  return (
    origin === url.origin &&
    hash === "" &&
    (search === "" || search === url.search) &&
    withSlash(url.pathname).startsWith(withSlash(pathname))
  );
}

function textsOf(value: unknown): readonly string[] {
  const isText = (one: unknown): one is string => typeof one === "string" && one !== "";
  return Array.isArray(value) ? value.filter(isText) : [];
}

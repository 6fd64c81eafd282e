import { OAuth2Error } from "@rak-oauth/core";
import { type DocumentRequest, describeStatus, type FetchedDocument } from "./fetch-document.js";
import type { MetadataCache } from "./metadata-cache.js";

/** Where metadata is looked for. */
export type DiscoveryAlgorithm = "oidc" | "oauth2" | "any";

/**
 * What an authorization server says of itself, of which nothing but the issuer was checked.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export interface ServerMetadata {
  readonly issuer: string;
  readonly [field: string]: unknown;
}

/** What {@link readServerMetadata} needs. */
export interface ReadServerMetadataOptions
  extends Pick<DocumentRequest, "fetch" | "timeoutMs" | "fail"> {
  readonly algorithm: DiscoveryAlgorithm;
  readonly cache: MetadataCache;
}

/**
 * Reads the metadata of an issuer, and no other's.
 *
 * @throws what `fail` makes.
 */
export async function readServerMetadata(
  issuer: URL,
  options: ReadServerMetadataOptions,
): Promise<ServerMetadata> {
  const { algorithm, cache, fail, fetch, timeoutMs } = options;
  const addresses = metadataAddresses(issuer, algorithm);
  for (const address of addresses) {
    const answer = await cache.read({ address, fetch, timeoutMs, fail });
    const isLast = address === addresses.at(-1);
    if (!isLast && isMissing(answer)) continue;
    if (answer.status !== 200) {
      const many = `it has no metadata at any of ${addresses.join(", ")}. Check the issuer.`;
      const isNowhere = addresses.length > 1 && isMissing(answer);
      throw fail(isNowhere ? many : describeStatus(address, answer.status));
    }
    return { ...answer.body, issuer: checkedIssuer(issuer, answer, fail) };
  }
  throw fail("it has no metadata.");
}

/** A server may answer what it does not know with a page, or with the way to its sign-in. */
function isMissing({ status, body }: FetchedDocument): boolean {
  return status === 200 ? body === undefined : status < 500 && status !== 429;
}

/**
 * The addresses at which an issuer's metadata may be. Standards put the well-known part before an
 * issuer's path or behind it (RFC 8414 §3.1 and §5), and servers follow one or the other.
 */
function metadataAddresses(issuer: URL, algorithm: DiscoveryAlgorithm): readonly string[] {
  const path = issuer.pathname.replace(/\/$/, "");
  const before = (name: string) => `${issuer.origin}/.well-known/${name}${path}`;
  const behind = (name: string) => `${issuer.origin}${path}/.well-known/${name}`;
  if (algorithm === "oidc") return [behind("openid-configuration")];
  if (algorithm === "oauth2") return [before("oauth-authorization-server")];
  const all = [
    before("oauth-authorization-server"),
    before("openid-configuration"),
    behind("openid-configuration"),
    behind("oauth-authorization-server"),
  ];
  return [...new Set(all)];
}

function checkedIssuer(
  issuer: URL,
  { body }: FetchedDocument,
  fail: DocumentRequest["fail"],
): string {
  const named = body?.["issuer"];
  if (typeof named !== "string" || !URL.canParse(named)) {
    throw fail(
      "its answer is not the metadata of an authorization server, a JSON object that names its issuer. Check the address.",
    );
  }
  if (new URL(named).href === issuer.href || isOfTenant(issuer, named)) return named;
  throw fail(
    `its metadata is of another issuer, ${JSON.stringify(named.slice(0, 200))}. If that is right, discover it by that name.`,
  );
}

const tenantId = /^(?:\{tenantid\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Microsoft's servers name a tenant by its id where it was asked for by its domain, and write a template
 * for the tenants of all (`common`). Those for customers (B2C) leave their policy out. Everything else
 * must be the same.
 */
function isOfTenant(issuer: URL, named: string): boolean {
  const { hostname, origin, pathname } = issuer;
  const isForCustomers = hostname.endsWith(".b2clogin.com");
  if (!isForCustomers && hostname !== "login.microsoftonline.com") return false;
  const [tenant = "", ...rest] = named.slice(origin.length + 1).split("/");
  const [, , ...expected] = isForCustomers ? ["", "", "v2.0", ""] : pathname.split("/");
  return (
    named.startsWith(`${origin}/`) && tenantId.test(tenant) && rest.join("/") === expected.join("/")
  );
}

/** The one form of every discovery failure. */
export function discoveryError(issuer: string, problem: string): OAuth2Error {
  return new OAuth2Error("discovery_failed", `Discovery of ${issuer} failed: ${problem}`);
}

import {
  type Clock,
  isOAuth2Error,
  type OAuth2Config,
  type OAuth2Credentials,
  systemClock,
} from "@rak-oauth/core";
import { checkClient } from "./check-client.js";
import { checkClock } from "./check-clock.js";
import {
  checkClientAuthentication,
  checkEndpoints,
  checkPkce,
  checkRedirectUri,
  checkScopes,
} from "./check-config.js";
import { globalFetch } from "./discover.js";
import { fetchDocument } from "./fetch-document.js";
import { MetadataCache } from "./metadata-cache.js";
import { parseIssuer } from "./parse-issuer.js";
import {
  type DiscoveryAlgorithm,
  discoveryError,
  readServerMetadata,
  type ServerMetadata,
} from "./server-metadata.js";

/** One thing that was looked at, in words for people; it holds no secret. */
export interface Finding {
  /** `warning`: it may work, and a person should look at it. */
  readonly level: "ok" | "warning" | "error";
  readonly check:
    | "metadata"
    | "endpoints"
    | "pkce"
    | "redirect_uri"
    | "scopes"
    | "client_authentication"
    | "clock"
    | "client";
  /** What is right; or what is wrong, where, and how to mend it. */
  readonly message: string;
}

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /**
   * A `TokenEndpoint` of the same configuration: it is sent a made-up refresh token, which tells whether
   * the provider knows the client.
   *
   * @defaultValue the client is not checked
   */
  readonly tokenEndpoint?: TriedTokenEndpoint | undefined;
  /** Where the metadata is looked for. @defaultValue "any" */
  readonly algorithm?: DiscoveryAlgorithm | undefined;
  /** Whether an issuer may be at plain http on loopback; a configuration says so itself. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** Limit for each answer, in milliseconds. @defaultValue 10_000 */
  readonly timeoutMs?: number | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** @defaultValue the global `fetch` */
  readonly fetch?: typeof fetch | undefined;
}

/** What {@link diagnose} needs of a `TokenEndpoint`. */
export interface TriedTokenEndpoint {
  /** Spends the refresh token of these credentials (RFC 6749 §6). */
  refresh(credentials: OAuth2Credentials): Promise<OAuth2Credentials>;
}

/**
 * Checks a configuration, or an issuer, against what its provider says, and tells what is wrong and where
 * to mend it. Nothing is changed anywhere, and no user is needed.
 *
 * @throws ConfigurationError when an issuer can be none.
 */
export async function diagnose(
  subject: OAuth2Config | string | URL,
  options: DiagnoseOptions = {},
): Promise<readonly Finding[]> {
  const { clock = systemClock, timeoutMs = 10_000, fetch: send = globalFetch } = options;
  const config = typeof subject === "string" || subject instanceof URL ? undefined : subject;
  const { allowInsecureLoopback = false } = config ?? options;
  const issuer = config === undefined ? (subject as string | URL) : config.issuer;
  const findings: Finding[] = [];
  const answers: DatedAnswer[] = [];
  const request = { timeoutMs, fetch: recordDates(send, clock, answers) };
  let metadata: ServerMetadata | undefined;
  if (issuer !== undefined) {
    const server = parseIssuer(issuer, allowInsecureLoopback);
    const fail = (problem: string) => discoveryError(server.href, problem);
    const reading = {
      ...request,
      fail,
      cache: new MetadataCache(),
      algorithm: options.algorithm ?? "any",
    };
    const read = await attempt(() => readServerMetadata(server, reading));
    if (typeof read === "string") {
      findings.push({
        level: config === undefined ? "error" : "warning",
        check: "metadata",
        message: read,
      });
    } else {
      metadata = read;
      findings.push({
        level: "ok",
        check: "metadata",
        message: `${server.href} publishes its metadata.`,
      });
    }
  } else if (config !== undefined) {
    findings.push(await checkReachable(config, request));
  }
  if (metadata !== undefined) {
    findings.push(
      ...checkEndpoints(metadata, config, allowInsecureLoopback),
      checkPkce(metadata, config),
    );
  }
  if (config !== undefined) {
    findings.push(...checkRedirectUri(config));
    if (metadata !== undefined) {
      findings.push(
        ...checkScopes(metadata, config),
        ...checkClientAuthentication(metadata, config),
      );
    }
  }
  findings.push(...checkClock(answers));
  if (config !== undefined && options.tokenEndpoint !== undefined) {
    findings.push(await checkClient(config, options.tokenEndpoint));
  }
  return findings;
}

/** A provider without an issuer publishes nothing; its token endpoint can still be reached, or not. */
async function checkReachable(
  config: OAuth2Config,
  request: { readonly timeoutMs: number; readonly fetch: typeof fetch },
): Promise<Finding> {
  const { origin } = new URL(config.tokenUrl);
  const address = config.tokenUrl;
  const fail = (problem: string) => discoveryError(origin, problem);
  const answer = await attempt(() => fetchDocument({ ...request, address, fail, skipBody: true }));
  return typeof answer === "string"
    ? { level: "error", check: "endpoints", message: answer }
    : {
        level: "ok",
        check: "endpoints",
        message: `The token endpoint at ${origin} can be reached.`,
      };
}

/** The result, or the words of what went wrong. */
async function attempt<Result extends object>(
  ask: () => Promise<Result>,
): Promise<Result | string> {
  try {
    return await ask();
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    return error.message;
  }
}

/** What a server's clock said, and ours in the middle of the exchange, in milliseconds. */
export interface DatedAnswer {
  readonly host: string;
  readonly theirs: number;
  readonly ours: number;
}

function recordDates(send: typeof fetch, clock: Clock, answers: DatedAnswer[]): typeof fetch {
  return async (url, init) => {
    const sentAt = clock.now();
    const response = await send(url, init);
    const theirs = Date.parse(response.headers.get("date") ?? "");
    const { host } = new URL(String(url));
    const ours = (sentAt + clock.now()) / 2;
    // A cache on the way gives an answer of long ago, and says so.
    if (!Number.isNaN(theirs) && !response.headers.has("age")) answers.push({ host, theirs, ours });
    return response;
  };
}

import { scheduler as systemScheduler } from "node:timers/promises";
import {
  AuthorizationError,
  assertCredentialKey,
  ConfigurationError,
  type CredentialKey,
  type CredentialService,
  MissingUserIdError,
  type OAuth2Config,
  type OAuth2Credentials,
  type Scheduler,
  type StoredCredential,
} from "@rak-oauth/core";
import { revokeUnused, storeOrRevoke, type TokenEndpoint } from "@rak-oauth/token-manager";
import { refusalOf } from "./authorization-response.js";
import { createAuthorizationUrl } from "./authorization-url.js";
import { checkIssuer } from "./check-issuer.js";
import type { FlowPage, RenderedPage } from "./flow-page.js";
import { createFlowSecrets, dpopKeyOf, type FlowSecrets } from "./flow-secrets.js";
import { readStored, replacedBy } from "./keep-credentials.js";
import { type ArrivedCallback, LoopbackCallback } from "./loopback-callback.js";
import { isLoopbackHost, type LoopbackHost, listenOnLoopback } from "./loopback-listener.js";
import { openBrowser } from "./open-browser.js";
import { renderDefaultPage } from "./render-default-page.js";
import { toNodeHandler } from "./to-node-handler.js";

/** What {@link authorizeWithLoopback} needs. */
export interface AuthorizeWithLoopbackOptions {
  /**
   * The provider. `redirectUri` of its configuration is where the browser comes back to, such as
   * `http://127.0.0.1/callback`; a port in it is used, and else a free one.
   *
   * @defaultValue for `redirectUri`: `http://127.0.0.1/callback`, or `http://[::1]/callback` where
   * there is no IPv4
   */
  readonly endpoint: TokenEndpoint;
  /** Where to store what the user allows; with `subject`. @defaultValue it is not stored */
  readonly credentials?: CredentialService | undefined;
  /** For whom; the credential becomes theirs. */
  readonly subject?: Omit<CredentialKey, "provider"> | undefined;
  /** @defaultValue those of the configuration */
  readonly scopes?: readonly string[] | undefined;
  /** For providers that let only one port pass. @defaultValue that of `redirectUri`, or a free one */
  readonly port?: number | undefined;
  /**
   * Shows the user the address to open, for nobody can tell whether a browser has come up.
   *
   * @defaultValue writes it to stderr
   */
  readonly onUrl?: ((url: string) => void | Promise<void>) | undefined;
  /** Whether the system's browser is opened. @defaultValue true */
  readonly openBrowser?: boolean | undefined;
  /** How long the user has, in milliseconds. @defaultValue 300000 */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Draws the page the user sees at the end. @defaultValue `renderDefaultPage` */
  readonly renderPage?: ((page: FlowPage) => RenderedPage) | undefined;
  /** @defaultValue `scheduler` of node:timers/promises */
  readonly scheduler?: Scheduler | undefined;
}

const defaultTimeoutMs = 5 * 60 * 1000;

/**
 * Signs a user in from a program on their own machine: opens the browser, listens for its return on
 * the loopback interface, exchanges the code with PKCE, and gives the credentials. Nothing listens any
 * more when it settles. Tokens that arrive after it was stopped, or that finally cannot be stored, are
 * revoked.
 *
 * @throws AuthorizationError when the user says no, takes too long, or the answer is not good.
 * @throws TokenRequestError when the provider gives no token for the code.
 * @throws ConfigurationError when the port is taken, or an option cannot work.
 * @throws MissingUserIdError when the subject names no user.
 * @see https://www.rfc-editor.org/rfc/rfc8252
 */
export async function authorizeWithLoopback(
  options: AuthorizeWithLoopbackOptions,
): Promise<OAuth2Credentials> {
  const { endpoint, signal, scheduler = systemScheduler } = options;
  const { config } = endpoint;
  const timeoutMs = checkTimeout(options.timeoutMs ?? defaultTimeoutMs);
  requireAuthUrl(config);
  const target = readTarget(config, options.port);
  const owned = ownedBy(options);
  signal?.throwIfAborted();

  // PKCE whatever the configuration says: any program here can send us a code (RFC 8252 §8.1).
  const secrets = createFlowSecrets({
    usePkce: true,
    scopes: options.scopes ?? config.scopes,
    dpopKey: await endpoint.createDpopKey(),
  });
  const callback = new LoopbackCallback({
    displayName: config.displayName,
    path: target.path,
    state: secrets.state,
    renderPage: options.renderPage ?? renderDefaultPage,
  });
  const answers = new Set<Promise<void>>();
  const handle = toNodeHandler(callback.handler);
  const server = await listenOnLoopback({
    ...target,
    listener(incoming, outgoing) {
      outgoing.setHeader("connection", "close");
      const answer = handle(incoming, outgoing);
      // Only these hold no one up: nothing is read but their head.
      if (incoming.method === "GET") answers.add(answer);
    },
  });
  const over = new AbortController();
  try {
    callback.serve(server.authority);
    const redirectUri = `http://${server.authority}${target.path}`;
    const provider = { config, redirectUri, tokenEndpoint: endpoint };
    const url = await createAuthorizationUrl(provider, secrets, secrets.state);
    const interrupted = rejectOnAbort(signal, over.signal);
    const arrived = await Promise.race([
      callback.arrived,
      interrupted,
      expire(scheduler, timeoutMs, config, over.signal),
      show(url, options).then(() => new Promise<never>(() => {})),
    ]);
    const previous = owned && (await readStored(owned, owned.key));
    signal?.throwIfAborted();
    const exchanging = exchange(endpoint, secrets, redirectUri, arrived);
    const granted = await Promise.race([exchanging, interrupted]).catch((error: unknown) => {
      revokeLate(endpoint, exchanging, previous);
      throw error;
    });
    if (owned !== undefined) await storeOrRevoke({ endpoint, granted, scheduler, ...owned });
    const { account } = granted;
    callback.complete({
      account,
      replacedAccount: replacedBy(account, previous?.credentials.account),
    });
    return granted;
  } catch (error) {
    callback.fail(error);
    throw error;
  } finally {
    over.abort();
    await Promise.all(answers);
    await server.close();
  }
}

async function show(url: URL, options: AuthorizeWithLoopbackOptions): Promise<void> {
  const { onUrl = writeUrl } = options;
  const shown = onUrl(url.href);
  if (options.openBrowser ?? true) openBrowser(url);
  await shown;
}

function writeUrl(url: string): void {
  process.stderr.write(`If no browser opens, open this address on this machine:\n${url}\n`);
}

async function exchange(
  endpoint: TokenEndpoint,
  secrets: FlowSecrets,
  redirectUri: string,
  { url, response }: ArrivedCallback,
): Promise<OAuth2Credentials> {
  const { config } = endpoint;
  checkIssuer(config, response.iss);
  const refusal = refusalOf(response, config.displayName);
  if (refusal !== undefined) throw refusal;
  const callbackUrl = new URL(redirectUri);
  callbackUrl.search = url.search;
  const { state, codeVerifier, nonce, scopes } = secrets;
  const dpopKey = dpopKeyOf(secrets);
  return endpoint.exchangeCode({ callbackUrl, state, codeVerifier, nonce, dpopKey, scopes });
}

/** Nobody waits any more for tokens that come now, so they need not live on. */
function revokeLate(
  endpoint: TokenEndpoint,
  exchanging: Promise<OAuth2Credentials>,
  previous: StoredCredential | undefined,
): void {
  exchanging
    .then((granted) => revokeUnused(endpoint, granted, previous))
    // There were none.
    .catch(() => {});
}

async function expire(
  scheduler: Scheduler,
  timeoutMs: number,
  { displayName }: OAuth2Config,
  signal: AbortSignal,
): Promise<never> {
  await scheduler.wait(timeoutMs, { signal });
  throw new AuthorizationError(
    "expired",
    `Nobody finished connecting ${displayName} in the browser within ${timeoutMs / 1000} s. Start it again.`,
  );
}

/** A promise that a caller's signal rejects with its reason, and nothing ever resolves. */
function rejectOnAbort(signal: AbortSignal | undefined, over: AbortSignal): Promise<never> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    if (signal?.aborted) reject(signal.reason as Error);
    const onAbort = () => reject(signal?.reason as Error);
    signal?.addEventListener("abort", onAbort, { once: true, signal: over });
  });
  interrupted.catch(() => {});
  return interrupted;
}

function requireAuthUrl({ authUrl, provider }: OAuth2Config): void {
  if (authUrl !== undefined) return;
  throw faulty(
    `the configuration of "${provider}" has no authUrl. Give the authorization endpoint.`,
  );
}

interface LoopbackTarget {
  readonly hosts: readonly LoopbackHost[];
  readonly port: number;
  readonly path: string;
}

function readTarget({ redirectUri, provider }: OAuth2Config, port?: number): LoopbackTarget {
  if (port !== undefined && !(Number.isSafeInteger(port) && port >= 0 && port <= 65_535)) {
    throw faulty(`port is ${port} and must be a number from 0 to 65535.`);
  }
  if (redirectUri === undefined) {
    return { hosts: ["127.0.0.1", "[::1]"], port: port ?? 0, path: "/callback" };
  }
  const url = new URL(redirectUri);
  if (url.protocol !== "http:" || !isLoopbackHost(url.hostname) || url.search !== "") {
    throw faulty(
      `the redirectUri of "${provider}" is "${redirectUri}", which no browser brings back to this program. Use "http://127.0.0.1/callback", and register it at the provider.`,
    );
  }
  return { hosts: [url.hostname], port: port ?? Number(url.port), path: url.pathname };
}

/** Where the credential is to be kept, and whose it becomes. */
interface OwnedCredential {
  readonly credentials: CredentialService;
  readonly key: CredentialKey;
}

function ownedBy(options: AuthorizeWithLoopbackOptions): OwnedCredential | undefined {
  const { credentials, subject, endpoint } = options;
  if (credentials === undefined && subject === undefined) return undefined;
  if (credentials === undefined || subject === undefined) {
    const [given, missing] =
      subject === undefined ? ["credentials", "subject"] : ["subject", "credentials"];
    throw faulty(`${given} is given and ${missing} is not. Give both to store the credential.`);
  }
  const { provider } = endpoint.config;
  if (subject.userId === undefined) {
    throw new MissingUserIdError(
      `authorizeWithLoopback for ${provider} needs subject.userId: without it, nobody would own the credential.`,
    );
  }
  const key: CredentialKey = { ...subject, provider };
  assertCredentialKey(key);
  return { credentials, key };
}

function checkTimeout(timeoutMs: number): number {
  if (Number.isSafeInteger(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw faulty(
    `timeoutMs is ${timeoutMs} and must be a positive number of milliseconds, such as ${defaultTimeoutMs}.`,
  );
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`authorizeWithLoopback: ${problem}`);
}

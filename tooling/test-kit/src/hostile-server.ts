import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type AnswerFunction,
  type OwnAnswer,
  type RawAnswer,
  sendAnswer,
  toRawAnswer,
} from "./hostile-answer.js";
import {
  type HostileClient,
  HostileEndpoints,
  type IssueCodeOptions,
} from "./hostile-endpoints.js";
import {
  type HostileGrantState,
  HostileGrants,
  type HostileRotation,
  type IssuedGrant,
  type IssueGrantOptions,
} from "./hostile-grants.js";
import { type HostileEndpoint, HostileRequest, readHostileRequest } from "./hostile-request.js";
import { type Hold, type HoldPoint, HostileScript } from "./hostile-script.js";
import { listen } from "./http-server.js";
import { findMisbehaviour } from "./misbehaviours.js";
import { RequestMeter } from "./request-meter.js";

/** What {@link startHostileServer} starts. */
export interface StartHostileServerOptions {
  /** @defaultValue "strict" */
  readonly rotation?: HostileRotation | undefined;
  /** The only client that is served. @defaultValue any */
  readonly client?: HostileClient | undefined;
  /** Text that every token and hostile body contains. @defaultValue a random one */
  readonly canary?: string | undefined;
  /** Decides reuse windows and expiry. @defaultValue the machine's clock */
  readonly clock?: { now(): number } | undefined;
  /** @defaultValue a free port */
  readonly port?: number | undefined;
}

/** The name of a misbehaviour, an answer as it goes on the wire, or what decides on one. */
export type HostileAnswer = string | RawAnswer | AnswerFunction;

/** A running hostile server. */
export interface HostileServer {
  /** Its origin and issuer. */
  readonly url: string;
  readonly canary: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly HostileRequest[];
  /** Requests to the token endpoint, counted. */
  readonly meter: RequestMeter;
  /** A grant as an authorization would have given it. */
  issueGrant(options?: IssueGrantOptions): IssuedGrant;
  /** A code that the token endpoint exchanges once; seen again, it ends what it gave. */
  issueCode(options?: IssueCodeOptions): string;
  /** What the user of a device says (RFC 8628 §3.3), and the grant that comes of it. */
  decideDevice(userCode: string, decision: "allow" | "deny", options?: IssueGrantOptions): void;
  /** @throws Error when there is no such grant */
  grant(id: string): HostileGrantState;
  readonly grants: readonly HostileGrantState[];
  /** Ends a grant, as a user does on the provider's own pages. */
  revokeGrant(id: string): void;
  /** Whether spending this refresh token now would give tokens; it is not spent by asking. */
  isLiving(refreshToken: string): boolean;
  /** What an access token is worth to a resource server; `undefined` when it is not active. */
  verifyAccessToken(
    token: string,
  ): { readonly userId: string | undefined; readonly expiresAt: number } | undefined;
  /** The next requests that nothing else is told for are answered so, `times` of them. */
  answerNext(answer: HostileAnswer, options?: { endpoint?: HostileEndpoint; times?: number }): void;
  /** Answers so from now on, when {@link answerNext} says nothing; `undefined` ends it. */
  answerAlways(answer: HostileAnswer | undefined, options?: { endpoint?: HostileEndpoint }): void;
  /**
   * Holds requests from now on. A client that goes away meanwhile does not undo its request.
   *
   * @param options - the token endpoint, before it acts, where left out
   */
  hold(options?: { endpoint?: HostileEndpoint; at?: HoldPoint }): Hold;
  /** Releases what is held, ends connections and frees the port. */
  stop(): Promise<void>;
}

/**
 * Starts an authorization server on 127.0.0.1 whose endpoints give any malformed, slow, huge or lying
 * answer they are told to, and which is strict with refresh tokens otherwise. For more of OpenID
 * Connect, and pages to sign in on, there is `startAuthorizationServer`.
 *
 * @throws Error with code EADDRINUSE when `port` is taken
 */
export async function startHostileServer(
  options: StartHostileServerOptions = {},
): Promise<HostileServer> {
  const { rotation = "strict", canary = `canary-${randomBytes(6).toString("hex")}` } = options;
  const now = () => options.clock?.now() ?? Date.now();
  const grants = new HostileGrants({ canary, rotation, now });
  const endpoints = new HostileEndpoints({
    grants,
    canary,
    client: options.client,
    url: () => url,
  });
  const script = new HostileScript();
  const meter = new RequestMeter(now);
  const requests: HostileRequest[] = [];

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const receivedAt = now();
    const read = await readHostileRequest(incoming);
    const { endpoint } = read;
    if (endpoint === "token") response.once("close", meter.enter());
    const entered = grants.enter(read.form.get("refresh_token") ?? "");
    if (entered !== undefined) response.once("close", entered.leave);
    const request = new HostileRequest({ ...read, receivedAt, grantId: entered?.id });
    requests.push(request);
    await script.pass(endpoint, "before-commit");
    let own: OwnAnswer | undefined;
    const commit = () => {
      own ??= endpoints.answer(request);
      return own;
    };
    const told = await script.takeAnswer(endpoint)?.({ request, url, canary, commit });
    const answer = withOwnAnswer(told ?? {}, commit);
    await script.pass(endpoint, "after-commit");
    await sendAnswer(response, answer);
  };
  const server = await listen((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // A client that went away while it was sending is nothing to tell.
      if (response.destroyed) return;
      process.stderr.write(`hostile server: ${String(error)}\n`);
      response.destroy();
    });
  }, options.port ?? 0);
  const { url } = server;

  return {
    url,
    canary,
    requests,
    meter,
    issueGrant: (grant) => grants.issue(grant),
    issueCode: (code = {}) => endpoints.issueCode(code),
    decideDevice: (userCode, decision, grant = {}) =>
      endpoints.decideDevice(userCode, decision, grant),
    grant: (id) => grants.state(id),
    get grants() {
      return grants.states();
    },
    revokeGrant: (id) => grants.revoke(id),
    isLiving: (refreshToken) => grants.isLiving(refreshToken),
    verifyAccessToken: (token) => grants.verifyAccessToken(token),
    answerNext: (answer, { endpoint = "token", times = 1 } = {}) =>
      script.answerNext(endpoint, toFunction(answer), times),
    answerAlways: (answer, { endpoint = "token" } = {}) =>
      script.answerAlways(endpoint, answer === undefined ? undefined : toFunction(answer)),
    hold: ({ endpoint = "token", at = "before-commit" } = {}) => script.hold(endpoint, at),
    async stop() {
      script.releaseAll();
      await server.stop();
    },
  };
}

function withOwnAnswer(told: RawAnswer, commit: () => OwnAnswer): RawAnswer {
  if (told.lostAnswer === "before-commit") return told;
  if (told.lostAnswer === "after-commit") {
    commit();
    return told;
  }
  const { status, body, insteadOfHttp } = told;
  if (status !== undefined || body !== undefined || insteadOfHttp !== undefined) return told;
  const own = toRawAnswer(commit());
  return { ...told, ...own, headers: { ...own.headers, ...told.headers } };
}

function toFunction(answer: HostileAnswer): AnswerFunction {
  if (typeof answer === "function") return answer;
  if (typeof answer === "string") return findMisbehaviour(answer).answer;
  return () => answer;
}

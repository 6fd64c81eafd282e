import type { AnswerFunction, HostileExchange, OwnAnswer, RawAnswer } from "./hostile-answer.js";

/** What a client has to make of an answer: a token, or a failure of this kind. */
export type MisbehaviourKind = "token" | "terminal" | "transient" | "configuration";

/** A way in which a token endpoint can be malformed, slow, huge or lying, and what it must come to. */
export interface Misbehaviour {
  readonly name: string;
  /** The requirement it is about, as in `TR-01`. */
  readonly requirement: string;
  /** For a client that knows nothing beforehand. */
  readonly kind: MisbehaviourKind;
  /** For a client that refreshes and so knows what it had. @defaultValue as `kind` */
  readonly kindOfRefresh?: MisbehaviourKind | undefined;
  /** Lifetime of the token. `clamped` is finite, positive and the client's choice. */
  readonly lifetimeSeconds?: number | "unknown" | "clamped" | undefined;
  /** Scopes of the token, where the answer names them. */
  readonly scopes?: readonly string[] | undefined;
  /** Whether the refresh token that was spent has to be kept. */
  readonly keepsRefreshToken?: boolean | undefined;
  /** The wait that the server asks for. `clamped` is finite, positive and the client's choice. */
  readonly retryAfterMs?: number | "unknown" | "clamped" | undefined;
  /** Whether it lasts until the client gives up. */
  readonly isEndless?: boolean | undefined;
  readonly answer: AnswerFunction;
}

/** The server's own tokens with fields replaced; `undefined` leaves a field out. */
export function altered(fields: Readonly<Record<string, unknown>>): AnswerFunction {
  return rewritten((body) => JSON.stringify({ ...body, ...fields }));
}

/** The server's own tokens, written in another way. Its own refusals stay as they are. */
export function rewritten(
  write: (
    body: Readonly<Record<string, unknown>>,
    exchange: HostileExchange,
  ) => string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): AnswerFunction {
  return (exchange): RawAnswer | undefined => {
    const own: OwnAnswer = exchange.commit();
    if (own.status !== 200 || own.body === undefined) return undefined;
    return {
      status: 200,
      headers: { "content-type": "application/json", ...headers },
      body: write(own.body, exchange),
    };
  };
}

/** A body of JSON with this status, beside which the request did nothing. */
export function refused(
  status: number,
  fields: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): AnswerFunction {
  return ({ canary }) => ({
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ ...fields, error_description: `said of ${canary}` }),
  });
}

/** A page of a proxy or firewall with this status, beside which the request did nothing. */
export function page(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): AnswerFunction {
  return ({ canary }) => ({
    status,
    headers: { "content-type": "text/html", ...headers },
    body: `<html><body>${canary}</body></html>`,
  });
}

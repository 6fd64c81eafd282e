import type { Turn } from "../take-turns.js";
import { type CallersOutcome, serveCallers } from "./callers.js";
import {
  type Contender,
  expiredGrant,
  type OpenContender,
  type Surroundings,
} from "./contender.js";
import type { FamilySettings } from "./strict-grants.js";
import type { TokenServer } from "./token-server.js";

/** What every entrant of one contest has to do. */
export interface Contest {
  readonly server: TokenServer;
  readonly surroundings: Surroundings;
  readonly callers: number;
  readonly settings?: FamilySettings | undefined;
}

/** A contender in a contest, and the worst of what was seen of it. */
export class Entrant {
  readonly contender: Contender;
  requests = 0;
  failed = 0;
  /** Fewest callers that failed in one round. */
  fewestFailed: number = Number.POSITIVE_INFINITY;
  deadFamilies = 0;
  #open: Promise<OpenContender> | undefined;
  readonly #contest: Contest;

  constructor(contender: Contender, contest: Contest) {
    this.contender = contender;
    this.#contest = contest;
  }

  get turn(): Turn {
    return { name: this.contender.name, measure: async () => (await this.round()).ms };
  }

  /** Lets callers of a new user, whose token has expired, ask at once. */
  async round(callers: number = this.#contest.callers): Promise<CallersOutcome> {
    const { server, surroundings, settings } = this.#contest;
    this.#open ??= this.contender.open(surroundings);
    const open = await this.#open;
    const userId = nextUserId();
    if (settings !== undefined) await server.open(userId, settings);
    const grant = expiredGrant(userId);
    await open.store?.(grant);
    const outcome = await serveCallers(callers, await open.connect(grant));
    const { requests, alive } = await server.report(userId);
    this.requests = Math.max(this.requests, requests);
    this.failed = Math.max(this.failed, outcome.failed);
    this.fewestFailed = Math.min(this.fewestFailed, outcome.failed);
    if (!alive) this.deadFamilies += 1;
    return outcome;
  }

  async close(): Promise<void> {
    await (await this.#open)?.close?.();
  }
}

let users = 0;

/** A user nobody has asked for yet. */
export function nextUserId(): string {
  users += 1;
  return `user-${process.pid}-${users}`;
}

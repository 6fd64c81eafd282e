import { type HostileServer, startHostileServer } from "@rak-oauth/test-kit";
import type { GrantName } from "./application-orders.js";
import { type ReuseMode, reuseModes } from "./step.js";

/** When a request is held back, seen from the rotation of the refresh token. */
export type HoldMoment = "before" | "after";

/** A request that waits at a provider. */
export interface HeldRequest {
  /** Resolves once the request is there, and rotated where that was wanted. */
  readonly reached: Promise<void>;
  /** Lets the provider finish its work, also for a client that is gone. */
  goOn(): void;
  /** Answers 503 without having rotated anything, as a server in trouble. */
  abandon(): void;
}

/** What became of a grant at its provider. */
export interface GrantState {
  readonly alive: boolean;
  /** How often a refresh token came that was spent before. */
  readonly staleSpends: number;
}

interface Hold {
  readonly moment: HoldMoment;
  readonly opened: Promise<boolean>;
  arrive(): void;
}

const reuseWindowMs = 30_000;

/** A strict provider and one with a reuse window, whose requests can be held grant by grant. */
export class Providers {
  readonly #servers: ReadonlyMap<ReuseMode, HostileServer>;
  readonly #ids = new Map<string, string>();
  readonly #holds = new Map<string, Hold>();

  private constructor(servers: ReadonlyMap<ReuseMode, HostileServer>) {
    this.#servers = servers;
    for (const server of servers.values()) {
      server.answerAlways(async ({ request, commit }) => {
        const hold = this.#holds.get(request.grantId ?? "");
        if (hold === undefined) return undefined;
        this.#holds.delete(request.grantId ?? "");
        if (hold.moment === "after") commit();
        hold.arrive();
        return (await hold.opened) ? undefined : { status: 503 };
      });
    }
  }

  /** Starts both on free ports of 127.0.0.1. */
  static async start(): Promise<Providers> {
    const rotations = { strict: "strict", window: { reuseWindowMs, gives: "new" } } as const;
    const servers = await Promise.all(
      reuseModes.map(async (mode) => {
        const server = await startHostileServer({ rotation: rotations[mode] });
        return [mode, server] as const;
      }),
    );
    return new Providers(new Map(servers));
  }

  /** The origin of a provider. */
  url(mode: ReuseMode): string {
    return this.#server(mode).url;
  }

  /** Starts a grant and gives its first refresh token. */
  issue(grant: GrantName): string {
    const { id, refreshToken } = this.#server(grant.mode).issueGrant({ userId: grant.userId });
    this.#ids.set(nameOf(grant), id);
    return refreshToken;
  }

  /** Holds the next request for a grant. */
  hold(grant: GrantName, moment: HoldMoment): HeldRequest {
    let open = (_carriedOut: boolean) => {};
    const opened = new Promise<boolean>((resolve) => {
      open = resolve;
    });
    const reached = new Promise<void>((arrive) => {
      this.#holds.set(this.#idOf(grant), { moment, opened, arrive });
    });
    return { reached, goOn: () => open(true), abandon: () => open(false) };
  }

  /** What became of a grant. */
  state(grant: GrantName): GrantState {
    return this.#server(grant.mode).grant(this.#idOf(grant));
  }

  /** Whether spending this refresh token now would give tokens. */
  isLiving({ mode }: GrantName, refreshToken: string): boolean {
    return this.#server(mode).isLiving(refreshToken);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
  }

  #idOf(grant: GrantName): string {
    const id = this.#ids.get(nameOf(grant));
    if (id === undefined) throw new Error(`There is no grant ${nameOf(grant)}.`);
    return id;
  }

  #server(mode: ReuseMode): HostileServer {
    const server = this.#servers.get(mode);
    if (server === undefined) throw new Error(`There is no provider ${mode}.`);
    return server;
  }
}

function nameOf({ mode, userId }: GrantName): string {
  return `${mode} ${userId}`;
}

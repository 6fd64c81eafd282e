import { setTimeout as delay } from "node:timers/promises";
import {
  AccessToken,
  type CredentialKey,
  CredentialService,
  generateKey,
  parseKeyring,
  Secret,
  type StoredCredential,
} from "@rak-oauth/core";
import { startTcpProxy, type TcpProxy } from "@rak-oauth/test-kit";
import { Application } from "./application.js";
import type { Answer, ApplicationSetup, GrantName, StoreAddress } from "./application-orders.js";
import type { LabStore } from "./lab-store.js";
import { type OpenStore, openStore } from "./open-store.js";
import { Providers } from "./providers.js";

/** Whether the clocks of processes are the machine's, or an hour early and an hour late. */
export type Clocks = "right" | "wrong";

/** Which of a process's connections can be cut. */
export type Cuttable = "none" | "provider" | "store";

/** Options of {@link Lane.start}. */
export interface LaneOptions {
  readonly labStore: LabStore;
  readonly clocks: Clocks;
  /** How many processes find what others leave behind. @defaultValue 2 */
  readonly survivors?: number | undefined;
  /**
   * Short, so that a lease is soon over, and longer than a machine holds up a process; the holder
   * renews it every third of it.
   *
   * @defaultValue 400
   */
  readonly leaseMs?: number | undefined;
}

/** A process that a fault will strike. */
export interface Victim {
  readonly process: Application;
  /** What its connections go through that can be cut. */
  readonly proxies: readonly TcpProxy[];
}

/** A lane's store, as the lane reaches it, and what the survivors' connections to it go through. */
interface LaneStore {
  readonly store: StoreAddress;
  readonly opened: OpenStore;
  readonly proxy: TcpProxy;
}

const sweepEveryMs = 100;
const hourMs = 3_600_000;

/**
 * A deployment in small: a store, two providers, and processes that go on whatever happens to
 * another.
 */
export class Lane {
  readonly storeName: LabStore["name"];
  readonly clocks: Clocks;
  readonly providers: Providers;
  readonly #store: StoreAddress;
  readonly #leaseMs: number;
  readonly #keyLine: string;
  readonly #opened: OpenStore;
  readonly #credentials: CredentialService;
  readonly #proxy: TcpProxy;
  #survivors: readonly Application[] = [];
  readonly #processes: Application[] = [];
  #spare: Application | undefined;

  private constructor(
    options: LaneOptions,
    providers: Providers,
    { store, opened, proxy }: LaneStore,
  ) {
    this.storeName = options.labStore.name;
    this.clocks = options.clocks;
    this.providers = providers;
    this.#store = store;
    this.#proxy = proxy;
    this.#leaseMs = options.leaseMs ?? 400;
    this.#keyLine = `lab:${generateKey()}`;
    this.#opened = opened;
    this.#credentials = new CredentialService({
      store: this.#opened.store,
      keys: parseKeyring(this.#keyLine),
    });
  }

  /** Starts a lane on a store of its own. */
  static async start(options: LaneOptions): Promise<Lane> {
    const store = await options.labStore.create();
    const proxy = await startTcpProxy({ target: store.url });
    const opened = await openStore(store);
    const lane = new Lane(options, await Providers.start(), { store, opened, proxy });
    const survivors = Array.from({ length: options.survivors ?? 2 }, () =>
      lane.#startProcess({ store: { ...store, url: proxy.url } }),
    );
    lane.#survivors = await Promise.all(survivors);
    return lane;
  }

  /** Stores a new grant whose access token has expired. */
  async connect(grant: GrantName): Promise<void> {
    await this.#credentials.storeCredentials(keyOf(grant), {
      accessToken: new AccessToken("expired", { expiresAt: new Date(Date.now() - 60_000) }),
      refreshToken: new Secret(this.providers.issue(grant)),
      lifetimeSeconds: 3600,
    });
  }

  /** Starts a process that a fault will strike, or takes one that survived. */
  async takeVictim(cuttable: Cuttable): Promise<Victim> {
    const spare = this.#spare;
    if (cuttable === "none") {
      this.#spare = undefined;
      return { process: spare ?? (await this.#startProcess()), proxies: [] };
    }
    if (cuttable === "store") {
      const proxy = await startTcpProxy({ target: this.#store.url });
      const store = { ...this.#store, url: proxy.url };
      return { process: await this.#startProcess({ store }), proxies: [proxy] };
    }
    const strict = await startTcpProxy({ target: this.providers.url("strict") });
    const window = await startTcpProxy({ target: this.providers.url("window") });
    const providerUrls = { strict: strict.url, window: window.url };
    return { process: await this.#startProcess({ providerUrls }), proxies: [strict, window] };
  }

  /** Ends a victim that lives, or keeps it for the next fault. */
  async giveBack({ process, proxies }: Victim): Promise<void> {
    if (proxies.length === 0 && this.#spare === undefined) {
      this.#spare = process;
      return;
    }
    await process.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }

  /**
   * Survivors sweep until there is nothing left to do.
   *
   * @param asked - whether they ask for every token as well
   */
  async recover(grants: readonly GrantName[], asked: boolean): Promise<void> {
    const asking = this.ask(asked ? grants : []);
    // Awaited below; until then its failure is not unheard.
    asking.catch(() => undefined);
    for (;;) {
      const isBusy = (await this.#read(grants)).some(
        (stored) => stored?.status === "active" && stored.leaseEndsInMs + stored.retryInMs > 0,
      );
      const found = await Promise.all(this.#survivors.map((survivor) => survivor.sweep()));
      if (!isBusy && found.every((count) => count === 0)) break;
      await delay(sweepEveryMs);
    }
    await asking;
  }

  /** Takes the store away from the survivors. */
  cutSurvivors(): void {
    this.#proxy.cut();
  }

  /** Gives the survivors their store again. */
  mendSurvivors(): void {
    this.#proxy.resume();
  }

  /** Survivors ask for every token, whatever they are told. */
  async ask(grants: readonly GrantName[]): Promise<void> {
    const questions = grants.map(({ mode, userId }) => ({ mode, userId }));
    await Promise.all(this.#survivors.map((survivor) => survivor.ask(questions)));
  }

  /** Resolves when no grant is leased. */
  async leasesOver(grants: readonly GrantName[]): Promise<void> {
    while ((await this.#read(grants)).some((stored) => stored?.leaseEndsInMs !== 0)) {
      await delay(sweepEveryMs / 4);
    }
  }

  /** Those that are active and have no token that can be used now. */
  async expired<Grant extends GrantName>(grants: readonly Grant[]): Promise<ReadonlySet<Grant>> {
    const stored = await this.#read(grants);
    const isExpired = (found: StoredCredential | undefined) =>
      found?.status === "active" && (found.expiresInMs ?? 0) <= 0;
    return new Set(grants.filter((_grant, index) => isExpired(stored[index])));
  }

  /** A survivor asks for new tokens, as after a 401; gives how each request ended, in order. */
  async refresh(grants: readonly GrantName[]): Promise<readonly Answer[]> {
    const questions = grants.map(({ mode, userId }) => ({ mode, userId, force: true }));
    return (await this.#survivors[0]?.ask(questions)) ?? [];
  }

  /** Whether the store holds an active grant with a refresh token that works. */
  async holdsLivingToken(grant: GrantName): Promise<boolean> {
    const [stored] = await this.#read([grant]);
    const refreshToken = stored?.credentials.refreshToken?.secret() ?? "";
    return stored?.status === "active" && this.providers.isLiving(grant, refreshToken);
  }

  /**
   * Whether the machine kept a survivor from running for so long since this was last asked that its
   * lease may have ended: then it was a paused process, and nothing can be said of the grants.
   */
  async wasHeldUp(): Promise<boolean> {
    const stalls = await Promise.all(this.#survivors.map((survivor) => survivor.longestStallMs()));
    return Math.max(...stalls) > this.#leaseMs / 2;
  }

  /** Ends all processes, whatever they are at, and both providers. */
  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.kill()));
    await this.#opened.close();
    await this.#proxy.close();
    await this.providers.stop();
  }

  #read(grants: readonly GrantName[]): Promise<readonly (StoredCredential | undefined)[]> {
    return Promise.all(grants.map((grant) => this.#credentials.read(keyOf(grant))));
  }

  async #startProcess(difference: Partial<ApplicationSetup> = {}): Promise<Application> {
    const wrongByMs = this.#processes.length % 2 === 0 ? hourMs : -hourMs;
    const process = Application.start();
    this.#processes.push(process);
    await process.open({
      store: this.#store,
      keyLine: this.#keyLine,
      providerUrls: { strict: this.providers.url("strict"), window: this.providers.url("window") },
      leaseMs: this.#leaseMs,
      clockAheadMs: this.clocks === "right" ? 0 : wrongByMs,
      ...difference,
    });
    return process;
  }
}

function keyOf({ mode, userId }: GrantName): CredentialKey {
  return { userId, provider: mode };
}

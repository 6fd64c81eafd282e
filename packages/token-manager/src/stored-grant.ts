import {
  type AccessToken,
  type CredentialChange,
  type CredentialKey,
  credentialId,
} from "@rak-oauth/core";
import { LRUCache } from "lru-cache";
import { ChangeSignal } from "./change-signal.js";
import type { TokenIntrospection } from "./introspection.js";
import { RefreshProtocol, type RefreshProtocolOptions } from "./refresh-protocol.js";
import { StoreWatch, type WatchStore } from "./store-watch.js";
import type { ObtainedToken, TokenNeed } from "./token-need.js";

/** Options of {@link StoredGrant}. */
export interface StoredGrantOptions extends Omit<RefreshProtocolOptions, "changes"> {
  /** Is told what other processes, and this one, changed in the store. */
  readonly onChange: (change: CredentialChange) => void;
}

/** How long a token is believed in, in milliseconds, where the store does not tell of changes. */
export const blindIntervalMs = 1_000;

/** How long a token is believed in whose expiry the server could tell and did not. */
const untoldIntervalMs = 60_000;
const maximumExpiring = 10_000;

/** Grants that users gave and the store keeps, refreshed once for all processes. */
export class StoredGrant {
  readonly #options: StoredGrantOptions;
  readonly #changes = new ChangeSignal(() => this.#watch.isHearing);
  readonly #protocol: RefreshProtocol;
  readonly #watch: StoreWatch;
  /** Tokens whose expiry the server has told, by credential and resource. */
  readonly #expiring = new LRUCache<string, AccessToken>({ max: maximumExpiring });

  constructor(options: StoredGrantOptions) {
    this.#options = options;
    this.#protocol = new RefreshProtocol({ ...options, changes: this.#changes });
    const { credentials, outage } = options;
    const watch: WatchStore = (listener) => outage.observe(credentials.watch(listener));
    this.#watch = new StoreWatch(watch, (change) => {
      options.onChange(change);
      if (change.kind === "lost") outage.begin();
      else if (change.kind === "reset") this.#changes.tellAll();
      else this.#changes.tell(change.id);
    });
  }

  /** The token of `key`, as {@link RefreshProtocol.obtain} gives it, its expiry known if it can be. */
  async obtain(key: CredentialKey, need: TokenNeed): Promise<ObtainedToken> {
    await this.#watch.start();
    const obtained = await this.#withExpiry(key, need, await this.#protocol.obtain(key, need));
    if (this.#watch.isHearing) return obtained;
    const { believedUntilMs = Number.POSITIVE_INFINITY } = obtained;
    const blindUntilMs = this.#options.clock.now() + blindIntervalMs;
    return { ...obtained, believedUntilMs: Math.min(believedUntilMs, blindUntilMs) };
  }

  /** Resolves once every refreshed credential is in the store. */
  async close(): Promise<void> {
    await this.#protocol.settle();
    await this.#watch.stop();
  }

  /** Asks the server for the expiry of a token that came without one, where it can tell (RFC 7662). */
  async #withExpiry(
    key: CredentialKey,
    need: TokenNeed,
    obtained: ObtainedToken,
  ): Promise<ObtainedToken> {
    const { config, endpoint, clock } = this.#options;
    const { token, refreshed } = obtained;
    if (token.expiresAt !== undefined || config.introspectionUrl === undefined) return obtained;
    const name = `${credentialId(key)} ${need.resource ?? ""}`;
    const introspection = (await endpoint.introspect(token)) ?? this.#remembered(name, token);
    if (introspection === undefined) {
      return { ...obtained, believedUntilMs: clock.now() + untoldIntervalMs };
    }
    const { active, expiresAt } = introspection;
    if (!active && !refreshed) {
      const newer = await this.#protocol.obtain(key, { ...need, refused: token });
      return this.#withExpiry(key, need, newer);
    }
    if (expiresAt === undefined) return obtained;
    const expiring = token.expiringAt(expiresAt);
    this.#expiring.set(name, expiring);
    return { ...obtained, token: expiring };
  }

  /** What the server has said of this token before. */
  #remembered(name: string, token: AccessToken): TokenIntrospection | undefined {
    const known = this.#expiring.get(name);
    if (known?.expiresAt === undefined || known.secret() !== token.secret()) return undefined;
    const { expiresAt } = known;
    return { active: expiresAt.getTime() > this.#options.clock.now(), expiresAt };
  }
}

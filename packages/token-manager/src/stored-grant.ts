import type { CredentialChange, CredentialKey } from "@rak-oauth/core";
import { ChangeSignal } from "./change-signal.js";
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

/** Grants that users gave and the store keeps, refreshed once for all processes. */
export class StoredGrant {
  readonly #options: StoredGrantOptions;
  readonly #changes = new ChangeSignal();
  readonly #protocol: RefreshProtocol;
  readonly #watch: StoreWatch;

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
    this.#changes.isFed = this.#watch.isHearing;
    const obtained = await this.#withExpiry(key, need, await this.#protocol.obtain(key, need));
    if (this.#watch.isHearing) return obtained;
    return { ...obtained, believedUntilMs: this.#options.clock.now() + blindIntervalMs };
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
    const { token, refreshed } = obtained;
    if (token.expiresAt !== undefined) return obtained;
    const introspection = await this.#options.endpoint.introspect(token);
    if (introspection?.active === false && !refreshed) {
      return this.#protocol.obtain(key, { ...need, refused: token });
    }
    const expiresAt = introspection?.expiresAt;
    return expiresAt === undefined ? obtained : { ...obtained, token: token.expiringAt(expiresAt) };
  }
}

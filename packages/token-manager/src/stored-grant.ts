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
const maximumAsked = 10_000;

/** A token of which the server was asked, and what it said; absent where it did not. */
interface AskedToken {
  readonly token: AccessToken;
  readonly answer: TokenIntrospection | undefined;
  readonly askedAtMs: number;
}

/** Grants that users gave and the store keeps, refreshed once for all processes. */
export class StoredGrant {
  readonly #options: StoredGrantOptions;
  readonly #changes = new ChangeSignal(() => this.#watch.isHearing);
  readonly #protocol: RefreshProtocol;
  readonly #watch: StoreWatch;
  /** Tokens of which the server was asked, by credential and resource. */
  readonly #asked = new LRUCache<string, AskedToken>({ max: maximumAsked });

  constructor(options: StoredGrantOptions) {
    this.#options = options;
    this.#protocol = new RefreshProtocol({ ...options, changes: this.#changes });
    const { credentials, outage } = options;
    const watch: WatchStore = (listener) => outage.read(credentials.watch(listener));
    this.#watch = new StoreWatch(watch, (change) => {
      options.onChange(change);
      if (change.kind === "lost") outage.newsLost();
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
    const { config, clock } = this.#options;
    const { token, refreshed } = obtained;
    if (token.expiresAt !== undefined || config.introspectionUrl === undefined) return obtained;
    const name = `${credentialId(key)} ${need.resource ?? ""}`;
    const introspection = await this.#introspect(name, token);
    if (introspection === undefined) {
      return { ...obtained, believedUntilMs: clock.now() + untoldIntervalMs };
    }
    const { active, expiresAt } = introspection;
    if (!active && !refreshed) {
      const newer = await this.#protocol.obtain(key, { ...need, refused: token });
      return this.#withExpiry(key, need, newer);
    }
    return expiresAt === undefined ? obtained : { ...obtained, token: token.expiringAt(expiresAt) };
  }

  /** What the server says of a token. Asked once a minute, however often the store is read. */
  async #introspect(name: string, token: AccessToken): Promise<TokenIntrospection | undefined> {
    const { endpoint, clock, limit } = this.#options;
    const found = this.#asked.get(name);
    const known = found?.token.secret() === token.secret() ? found : undefined;
    const now = clock.now();
    if (known !== undefined && now - known.askedAtMs < untoldIntervalMs)
      return answerAt(known, now);
    const answer = (await limit(() => endpoint.introspect(token))) ?? known?.answer;
    const asked = { token, answer, askedAtMs: now };
    this.#asked.set(name, asked);
    return answerAt(asked, clock.now());
  }
}

/** What was said of a token, with what has come true since. */
function answerAt({ answer }: AskedToken, now: number): TokenIntrospection | undefined {
  const hasExpired = answer?.expiresAt !== undefined && answer.expiresAt.getTime() <= now;
  return hasExpired ? { ...answer, active: false } : answer;
}

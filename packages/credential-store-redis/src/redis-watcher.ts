import type { StopWatching } from "@rak-oauth/core";
import type { RedisClient } from "./redis-client.js";
import { toStoreError } from "./redis-errors.js";
import { RedisSubscription } from "./redis-subscription.js";

/** What a watcher calls. */
export interface WatchListener {
  readonly onMessage: (message: string) => void;
  readonly onLost?: (() => void) | undefined;
  readonly onReconnect?: (() => void) | undefined;
}

interface OpenSubscription {
  readonly subscription: RedisSubscription;
  readonly opened: Promise<void>;
}

/** Shares one subscription among all who watch a channel; there is none while nobody does. */
export class RedisWatcher {
  readonly #client: RedisClient;
  readonly #channel: string;
  readonly #listeners = new Set<WatchListener>();
  #open: OpenSubscription | undefined;
  #isLost = false;

  constructor(client: RedisClient, channel: string) {
    this.#client = client;
    this.#channel = channel;
  }

  /**
   * Resolves once no message is missed, or after it has told that they do not come.
   *
   * @throws StoreUnavailableError, or OAuth2Error with code `store_misconfigured`
   */
  async watch(listener: WatchListener): Promise<StopWatching> {
    const entry = { ...listener };
    this.#listeners.add(entry);
    this.#open ??= this.#subscribe();
    const open = this.#open;
    try {
      await open.opened;
    } catch (error) {
      this.#remove(entry, open);
      throw toStoreError(error, this.#client);
    }
    if (this.#isLost) entry.onLost?.();
    return async () => this.#remove(entry, open);
  }

  #subscribe(): OpenSubscription {
    this.#isLost = false;
    const subscription = new RedisSubscription({
      client: this.#client,
      channel: this.#channel,
      onMessage: (message) => {
        for (const listener of this.#listeners) listener.onMessage(message);
      },
      onLost: () => {
        this.#isLost = true;
        for (const listener of this.#listeners) listener.onLost?.();
      },
      onReconnect: () => {
        this.#isLost = false;
        for (const listener of this.#listeners) listener.onReconnect?.();
      },
    });
    return { subscription, opened: subscription.open() };
  }

  #remove(entry: WatchListener, open: OpenSubscription): void {
    this.#listeners.delete(entry);
    if (this.#listeners.size > 0 || this.#open !== open) return;
    this.#open = undefined;
    open.subscription.close();
  }
}

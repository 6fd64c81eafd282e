import { keepProbing, type StopWatching } from "@rak-oauth/core";
import { Client } from "pg";
import { type ChangeFeed, changeChannel, parseChange, type StoreChange } from "./change-feed.js";
import { assertConnectionString } from "./connection-string.js";
import { toStoreError } from "./store-error.js";

/** Options of {@link PostgresChangeFeed}. */
export interface PostgresChangeFeedOptions {
  /** The database itself: a pooler such as PgBouncer does not pass notifications on. */
  readonly connectionString: string;
}

const firstRetryMs = 50;
const lastRetryMs = 5_000;
const answerTimeoutMs = 10_000;
/** Repeated, it changes nothing. */
const listenSql = `LISTEN ${changeChannel}`;

/**
 * Changes told by PostgreSQL's LISTEN, on one connection of its own, which is there while somebody
 * listens. When it is lost, or silent for a second, listeners get a `lost`, and a `reset` as soon as it is back.
 */
export class PostgresChangeFeed implements ChangeFeed {
  readonly #connectionString: string;
  readonly #listeners = new Set<(change: StoreChange) => void>();
  /** The connection in use or being made; another means that it was lost or ended. */
  #listening: Promise<Client> | undefined;
  #stopProbing: (() => void) | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #missedChanges = false;
  /** Whether the connection in use gives no signs of life. */
  #isSilent = false;

  /** @throws ConfigurationError when the connection string is none. */
  constructor(options: PostgresChangeFeedOptions) {
    assertConnectionString(options.connectionString);
    this.#connectionString = options.connectionString;
  }

  /**
   * Resolves once changes are heard, or after it has told that they do not come.
   *
   * @throws StoreUnavailableError, or OAuth2Error with code `store_misconfigured`
   */
  async subscribe(listener: (change: StoreChange) => void): Promise<StopWatching> {
    const subscription = (change: StoreChange): void => listener(change);
    this.#listeners.add(subscription);
    try {
      await this.#listen();
    } catch (error) {
      this.#listeners.delete(subscription);
      throw toStoreError(error);
    }
    if (this.#isSilent) subscription({ kind: "lost" });
    return async () => {
      if (this.#listeners.delete(subscription) && this.#listeners.size === 0) {
        await this.#disconnect();
      }
    };
  }

  /** Forgets all listeners and ends the connection. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#disconnect();
  }

  #listen(): Promise<Client> {
    if (this.#listening !== undefined) return this.#listening;
    const listening = this.#connect();
    this.#listening = listening;
    listening.then(
      (client) => this.#watchOver(listening, client),
      () => this.#forget(listening),
    );
    return listening;
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#connectionString,
      connectionTimeoutMillis: answerTimeoutMs,
      query_timeout: answerTimeoutMs,
      keepAlive: true,
    });
    // Without a listener the error of an idle connection would end the process; `end` follows it.
    client.on("error", () => undefined);
    client.on("notification", ({ payload }) => {
      const change = parseChange(payload ?? "");
      if (change !== undefined) this.#tell(change);
    });
    try {
      await client.connect();
      await client.query(listenSql);
      return client;
    } catch (error) {
      abandon(client);
      throw error;
    }
  }

  #watchOver(listening: Promise<Client>, client: Client): void {
    const lose = (): void => {
      if (!this.#forget(listening)) return;
      this.#missedChanges = true;
      abandon(client);
      this.#tell({ kind: "lost" });
      this.#retryAfter(firstRetryMs);
    };
    if (this.#listening !== listening) return;
    client.once("end", lose);
    this.#stopProbing = keepProbing({
      ask: () => client.query(listenSql),
      onSilent: () => {
        this.#isSilent = true;
        this.#tell({ kind: "lost" });
      },
      onHeard: () => {
        this.#isSilent = false;
        this.#tell({ kind: "reset" });
      },
      onDead: lose,
    });
    if (this.#missedChanges) {
      this.#missedChanges = false;
      this.#tell({ kind: "reset" });
    }
  }

  /** False when another connection has taken its place, or none is wanted. */
  #forget(listening: Promise<Client>): boolean {
    if (this.#listening !== listening) return false;
    this.#stopProbing?.();
    this.#isSilent = false;
    this.#listening = undefined;
    return true;
  }

  #retryAfter(delayMs: number): void {
    clearTimeout(this.#retryTimer);
    if (this.#listeners.size === 0) return;
    this.#retryTimer = setTimeout(() => {
      this.#listen().catch(() => this.#retryAfter(Math.min(2 * delayMs, lastRetryMs)));
    }, delayMs).unref();
  }

  async #disconnect(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#missedChanges = false;
    const listening = this.#listening;
    if (listening === undefined) return;
    this.#forget(listening);
    const client = await listening.catch(() => undefined);
    await client?.end();
  }

  #tell(change: StoreChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Ends a connection that may be dead, in which case there is nobody to wait for. */
function abandon(client: Client): void {
  client.end().catch(() => undefined);
}

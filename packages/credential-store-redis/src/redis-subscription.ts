import { setTimeout as delay } from "node:timers/promises";
import { keepProbing } from "@rak-oauth/core";
import type { Cluster, Redis } from "ioredis";
import type { RedisClient } from "./redis-client.js";

/** Options of {@link RedisSubscription}. */
export interface RedisSubscriptionOptions {
  readonly client: RedisClient;
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  /** Messages may not come from now on. */
  readonly onLost: () => void;
  /** Messages come again; some in between may be gone. */
  readonly onReconnect: () => void;
}

const firstRetryMs = 50;
const longestRetryMs = 2_000;

/**
 * One subscription to one channel, over a connection of its own that is made anew when it is lost;
 * in a cluster to any node, for what is published anywhere reaches all of them.
 */
export class RedisSubscription {
  readonly #options: RedisSubscriptionOptions;
  readonly #closing = new AbortController();
  #subscriber: Redis | undefined;

  constructor(options: RedisSubscriptionOptions) {
    this.#options = options;
  }

  /** Resolves once no message is missed; rejects with the error of ioredis. */
  async open(): Promise<void> {
    await this.#connect();
  }

  /** Ends the connection, and all attempts to make it anew. */
  close(): void {
    this.#closing.abort();
    this.#subscriber?.disconnect();
  }

  async #connect(): Promise<void> {
    const { client, channel, onMessage, onLost, onReconnect } = this.#options;
    const node = await pickNode(client);
    if (this.#closing.signal.aborted) return;
    const subscriber = node.duplicate({
      lazyConnect: true,
      // Made anew here and not by ioredis: only so is it known when messages may be missing.
      retryStrategy: null,
      autoResubscribe: false,
      // Probing has a limit of its own, which bears with a process that was held up.
      commandTimeout: undefined,
    });
    this.#subscriber = subscriber;
    let reason: unknown;
    subscriber.on("error", (error) => {
      reason = error;
    });
    subscriber.on("message", (_channel, message) => onMessage(message));
    try {
      await subscriber.connect();
      await subscriber.subscribe(channel);
    } catch (error) {
      subscriber.disconnect();
      throw reason ?? error;
    }
    const leave = leaveWithNode(client, node, subscriber);
    const stopProbing = keepProbing({
      ask: () => subscriber.ping(),
      onSilent: onLost,
      onHeard: onReconnect,
      onDead: () => subscriber.disconnect(),
    });
    const ended = () => {
      leave();
      stopProbing();
      if (!this.#closing.signal.aborted) onLost();
      void this.#reconnect();
    };
    if (subscriber.status === "ready") subscriber.once("end", ended);
    else ended();
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#closing;
    for (
      let retryMs = firstRetryMs;
      !signal.aborted;
      retryMs = Math.min(2 * retryMs, longestRetryMs)
    ) {
      try {
        await delay(retryMs * (0.5 + Math.random() / 2), undefined, { signal });
        await this.#connect();
        if (!signal.aborted) this.#options.onReconnect();
        return;
      } catch {
        // Whatever it was, the next attempt may succeed; who needs the store hears of it there.
      }
    }
  }
}

async function pickNode(client: RedisClient): Promise<Redis> {
  if (!isCluster(client)) return client;
  // Nodes are known once the cluster has answered.
  if (client.nodes().length === 0) await client.ping();
  const nodes = client.nodes();
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  if (!node) throw new Error("CLUSTERDOWN no node of the cluster is known");
  return node;
}

/** A node that left the cluster may live on, and hear nothing of it. */
function leaveWithNode(client: RedisClient, node: Redis, subscriber: Redis): () => void {
  if (!isCluster(client)) return () => undefined;
  const onGone = (gone: Redis) => {
    const { host, port } = gone.options;
    if (host === node.options.host && port === node.options.port) subscriber.disconnect();
  };
  client.on("-node", onGone);
  return () => client.off("-node", onGone);
}

function isCluster(client: RedisClient): client is Cluster {
  return client.isCluster;
}

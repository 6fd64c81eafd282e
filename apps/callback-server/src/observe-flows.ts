import { metrics } from "@opentelemetry/api";
import type {
  PendingAuthorizationOutcome,
  PendingAuthorizationRecord,
  PendingAuthorizationStore,
} from "@rak-oauth/core";

/** Counts flows by how they began and ended in this process. */
export interface FlowObserver {
  /** The same store, watched. */
  watch(store: PendingAuthorizationStore): PendingAuthorizationStore;
  /** Counts a link or a callback that came too late for its flow. */
  expired(provider: string): void;
}

/** How many flows are remembered from the callback to their end. */
const maximumOpenFlows = 10_000;

/** Counts flows for whoever has registered an OpenTelemetry SDK; nothing counted names a user. */
export function createFlowObserver(): FlowObserver {
  const meter = metrics.getMeter("@rak-oauth/callback-server");
  const started = meter.createCounter("rak_oauth.flows.started", {
    description: "Authorizations that were started here",
  });
  const ended = meter.createCounter("rak_oauth.flows.ended", {
    description: "Authorizations that ended here, by outcome",
  });
  const providers = new Map<string, string>();
  const end = (provider: string, outcome: string) =>
    ended.add(1, { "rak_oauth.provider": provider, outcome });

  function remember(record: PendingAuthorizationRecord | undefined) {
    if (record === undefined) return record;
    providers.delete(record.id);
    providers.set(record.id, record.key.provider);
    const [oldest] = providers.keys();
    if (providers.size > maximumOpenFlows && oldest !== undefined) providers.delete(oldest);
    return record;
  }

  return {
    expired: (provider) => end(provider, "expired"),
    watch(store) {
      const watched: Partial<PendingAuthorizationStore> = {
        async open(authorization, options) {
          const record = await store.open(authorization, options);
          if (record.id === authorization.id) {
            started.add(1, { "rak_oauth.provider": record.key.provider });
          }
          return record;
        },
        read: async (id) => remember(await store.read(id)),
        find: async (stateHash) => remember(await store.find(stateHash)),
        async settle(id, outcome) {
          const isFirst = await store.settle(id, outcome);
          if (isFirst) end(providers.get(id) ?? "unknown", wordOf(outcome));
          providers.delete(id);
          return isFirst;
        },
      };
      return new Proxy(store, {
        get(target, name) {
          const own: unknown = Reflect.get(watched, name);
          if (own !== undefined) return own;
          const value: unknown = Reflect.get(target, name, target);
          // Stores keep their connections in private fields, which a proxy does not have.
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

function wordOf(outcome: PendingAuthorizationOutcome): string {
  if (outcome.status === "completed") return "completed";
  if (outcome.failure === "access_denied") return "denied";
  return outcome.failure === "expired" ? "expired" : "failed";
}

import type { CredentialStore } from "@rak-oauth/core";

/** Counts the operations that a store is asked for. */
export class OperationCounts {
  reads = 0;
  others = 0;
}

/** The same store, every call of which is counted. */
export function countOperations(store: CredentialStore, counts: OperationCounts): CredentialStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]) => {
        if (name === "read") counts.reads += 1;
        else if (name !== "watch") counts.others += 1;
        return value.apply(target, parameters);
      };
    },
  });
}

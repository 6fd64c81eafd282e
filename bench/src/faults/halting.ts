import type { CredentialStore } from "@rak-oauth/core";
import type { Step } from "./step.js";

/** Resolves at once, or, at the one step where somebody waits, when told to go on. */
export type Halt = (step: Step) => Promise<void>;

/** A store like the one given, whose user halts before and after it leases and commits. */
export function haltingStore(store: CredentialStore, halt: Halt): CredentialStore {
  const halting: Partial<CredentialStore> = {
    async acquireLease(key, options) {
      await halt("unleased");
      const lease = await store.acquireLease(key, options);
      if (lease !== undefined) await halt("leased");
      return lease;
    },
    async commit(lease, credential) {
      await halt("storing");
      const won = await store.commit(lease, credential);
      await halt("stored");
      return won;
    },
  };
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(halting, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      // Methods of a class reach its private fields on the instance itself only.
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A `fetch` that halts before it sends, and when it has read the whole answer. */
export function haltingFetch(halt: Halt): typeof fetch {
  return async (input, init) => {
    await halt("sending");
    const response = await fetch(input, init);
    const body = await response.arrayBuffer();
    await halt("answered");
    return new Response(body, response);
  };
}

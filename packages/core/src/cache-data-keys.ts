import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type Clock, systemClock } from "./clock.js";
import type { KeyWrapper } from "./key-wrapper.js";

/** Options of {@link cacheDataKeys}. */
export interface CacheDataKeysOptions {
  /** How many data keys are kept, the least recently used going first. @defaultValue 10_000 */
  readonly maximum?: number | undefined;
  /**
   * How long a data key may be used without asking again, in milliseconds: so long does a process
   * go on after its access to the key service was withdrawn.
   *
   * @defaultValue 300_000
   */
  readonly maximumAgeMs?: number | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

interface OpenedKey {
  readonly dataKey: Uint8Array;
  readonly openedAt: number;
}

/**
 * Puts a bounded cache of unwrapped data keys before a remote key service, so that a record read
 * often does not cost a request each time. Simultaneous reads of one record share a request; a
 * failure is not kept. What leaves the cache is overwritten.
 */
export function cacheDataKeys(keys: KeyWrapper, options: CacheDataKeysOptions = {}): KeyWrapper {
  const { maximum = 10_000, maximumAgeMs = 300_000, clock = systemClock } = options;
  const requests = new Map<string, Promise<Uint8Array>>();
  const opened = new LRUCache<string, OpenedKey>({
    max: maximum,
    dispose: ({ dataKey }) => dataKey.fill(0),
  });

  async function request(
    name: string,
    ...parameters: Parameters<KeyWrapper["unwrap"]>
  ): Promise<Uint8Array> {
    const openedAt = clock.now();
    const dataKey = await keys.unwrap(...parameters);
    // A copy, for it may be evicted and overwritten before those who wait have read theirs.
    opened.set(name, { dataKey: Uint8Array.from(dataKey), openedAt });
    return dataKey;
  }

  return {
    get currentKeyId() {
      return keys.currentKeyId;
    },
    wrap: (dataKey, additionalData) => keys.wrap(dataKey, additionalData),
    async unwrap(keyId, wrapped, additionalData) {
      const name = nameOf(keyId, wrapped, additionalData);
      const found = opened.get(name);
      if (found) {
        const age = clock.now() - found.openedAt;
        if (age >= 0 && age < maximumAgeMs) return Uint8Array.from(found.dataKey);
        opened.delete(name);
      }
      let running = requests.get(name);
      if (!running) {
        running = request(name, keyId, wrapped, additionalData).finally(() =>
          requests.delete(name),
        );
        requests.set(name, running);
      }
      return Uint8Array.from(await running);
    },
  };
}

/** Also of the additional data: a cached key must be as hard to move as a wrapped one. */
function nameOf(...parts: readonly [string, Uint8Array, Uint8Array]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = Buffer.from(part as Uint8Array);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("base64");
}

import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import {
  cacheDataKeys,
  Keyring,
  KeyServiceUnavailableError,
  type KeyWrapper,
  Sealer,
} from "../src/index.js";
import { ManualClock } from "./manual-clock.js";

const ring = new Keyring({ keys: [{ id: "kms", key: randomBytes(32) }] });
const binding = Buffer.from("alice");

/** A key service that counts what it is asked. */
class CountingService implements KeyWrapper {
  readonly currentKeyId = "kms";
  calls = 0;
  failure: Error | undefined;

  async wrap(dataKey: Uint8Array, additionalData: Uint8Array): Promise<Uint8Array> {
    return ring.wrap(dataKey, additionalData);
  }

  async unwrap(...parameters: Parameters<Keyring["unwrap"]>): Promise<Uint8Array> {
    this.calls += 1;
    if (this.failure) throw this.failure;
    return ring.unwrap(...parameters);
  }
}

let service: CountingService;
let clock: ManualClock;

beforeEach(() => {
  service = new CountingService();
  clock = new ManualClock();
});

describe("cacheDataKeys", () => {
  it("asks the service once for a record that is read often", async () => {
    const sealer = new Sealer(cacheDataKeys(service, { clock }));
    const context = { key: { userId: "alice", provider: "example" }, field: "credentials" };
    const { sealed, keyId } = await sealer.seal(Buffer.from("tokens"), context);
    expect(keyId).toBe("kms");
    for (let count = 0; count < 10; count += 1) {
      expect(Buffer.from(await sealer.open(sealed, context)).toString()).toBe("tokens");
    }
    expect(service.calls).toBe(1);
  });

  it("asks once for simultaneous reads, and each gets bytes of its own", async () => {
    const keys = cacheDataKeys(service, { clock });
    const dataKey = randomBytes(32);
    const wrapped = ring.wrap(dataKey, binding);
    const opened = await Promise.all(
      Array.from({ length: 50 }, () => keys.unwrap("kms", wrapped, binding)),
    );
    expect(service.calls).toBe(1);
    opened[0]?.fill(0);
    for (const bytes of [...opened.slice(1), await keys.unwrap("kms", wrapped, binding)]) {
      expect(Buffer.from(bytes)).toEqual(dataKey);
    }
    expect(service.calls).toBe(1);
  });

  it("asks again once a key has been used for long enough", async () => {
    const keys = cacheDataKeys(service, { clock, maximumAgeMs: 1_000 });
    const wrapped = ring.wrap(randomBytes(32), binding);
    await keys.unwrap("kms", wrapped, binding);
    clock.advance(999);
    await keys.unwrap("kms", wrapped, binding);
    expect(service.calls).toBe(1);
    clock.advance(1);
    await keys.unwrap("kms", wrapped, binding);
    expect(service.calls).toBe(2);
    clock.advance(-5_000);
    await keys.unwrap("kms", wrapped, binding);
    expect(service.calls).toBe(3);
  });

  it("keeps no more than its maximum, and what leaves was right for those who waited", async () => {
    const keys = cacheDataKeys(service, { clock, maximum: 2 });
    const dataKeys = Array.from({ length: 100 }, () => randomBytes(32));
    const wrapped = dataKeys.map((dataKey) => ring.wrap(dataKey, binding));
    const opened = await Promise.all(wrapped.map((bytes) => keys.unwrap("kms", bytes, binding)));
    expect(opened.map((bytes) => Buffer.from(bytes))).toEqual(dataKeys);
    for (const bytes of wrapped.slice(-2)) await keys.unwrap("kms", bytes, binding);
    expect(service.calls).toBe(100);
    await keys.unwrap("kms", wrapped[0] ?? Buffer.of(), binding);
    expect(service.calls).toBe(101);
  });

  it("ST-04 gives no cached key for another binding, key or wrapped key", async () => {
    const keys = cacheDataKeys(service, { clock });
    const wrapped = ring.wrap(randomBytes(32), binding);
    await keys.unwrap("kms", wrapped, binding);
    await expect(keys.unwrap("kms", wrapped, Buffer.from("bob"))).rejects.toThrow("kms");
    await expect(keys.unwrap("other", wrapped, binding)).rejects.toThrow("other");
    await expect(keys.unwrap("kms", randomBytes(60), binding)).rejects.toThrow("kms");
  });

  it("keeps no failure", async () => {
    const keys = cacheDataKeys(service, { clock });
    const dataKey = randomBytes(32);
    const wrapped = ring.wrap(dataKey, binding);
    service.failure = new KeyServiceUnavailableError("sealed");
    const both = [keys.unwrap("kms", wrapped, binding), keys.unwrap("kms", wrapped, binding)];
    for (const result of await Promise.allSettled(both)) expect(result.status).toBe("rejected");
    service.failure = undefined;
    expect(Buffer.from(await keys.unwrap("kms", wrapped, binding))).toEqual(dataKey);
    expect(service.calls).toBe(2);
  });
});

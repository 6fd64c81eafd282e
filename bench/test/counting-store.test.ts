import { MemoryCredentialStore } from "@rak-oauth/core";
import { expect, it } from "vitest";
import { countOperations, OperationCounts } from "../src/token-manager/counting-store.js";

it("a counted store does its work, and tells reads from other operations", async () => {
  const counts = new OperationCounts();
  const store = countOperations(new MemoryCredentialStore(), counts);
  const key = { provider: "bench", userId: "alice" };
  await store.put(key, { sealed: Buffer.from("sealed"), keyId: "k", fingerprint: "f" });
  expect((await store.read(key))?.fingerprint).toBe("f");
  expect({ ...counts }).toEqual({ reads: 1, others: 1 });
});

import type { CredentialStore } from "@rak-oauth/core";
import {
  type CredentialService,
  generateKey,
  type KeyWrapper,
  parseKeyring,
} from "@rak-oauth/core";
import { inBatches } from "./in-batches.js";
import { sampleCredentials, sampleKey } from "./sample-credentials.js";

/** A store under measurement, and the floor it is compared with. */
export interface MeasuredStore {
  readonly name: "Redis" | "PostgreSQL";
  readonly store: CredentialStore;
  readonly credentials: CredentialService;
  /** Reads the plain JSON of one key, with nothing but the driver. */
  readFloor(index: number): Promise<unknown>;
  /** Bytes that one stored credential takes, and of what in words. */
  bytesAtRest(): Promise<{ readonly bytes: number; readonly detail: string }>;
  stop(): Promise<void>;
}

/** The keys every measured record is sealed with. */
export const measuredKeys: KeyWrapper = parseKeyring(`bench:${generateKey()}`);

/** How many records are there to be read. */
export const recordCount = 10_000;

/** Stores {@link recordCount} credentials. */
export async function fill(credentials: CredentialService): Promise<void> {
  await inBatches(recordCount, 500, (index) =>
    credentials.storeCredentials(sampleKey(index), sampleCredentials()),
  );
}

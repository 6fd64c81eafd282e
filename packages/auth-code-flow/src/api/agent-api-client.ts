import type { JsonWebKey } from "node:crypto";
import { ConfigurationError } from "@rak-oauth/core";
import { type ClientPublicKey, readClientPublicKey } from "./client-public-key.js";
import { findClientFaults } from "./find-client-faults.js";

/** A program that may use the API. It proves itself by one of its keys, of either kind. */
export interface AgentApiClient {
  readonly name: string;
  /** The only tenant it reaches. @defaultValue any, and the users that belong to none */
  readonly tenantId?: string | undefined;
  /** SHA-256 of each of its API keys, as `hashApiKey` gives it. */
  readonly keys?: readonly string[] | undefined;
  /** Public keys (RFC 7517) that its assertions may be signed with. */
  readonly publicKeys?: readonly JsonWebKey[] | undefined;
}

/** A client with its keys read. */
export interface ApiClient extends Pick<AgentApiClient, "name" | "tenantId"> {
  readonly keyHashes: readonly Buffer[];
  readonly publicKeys: readonly ClientPublicKey[];
}

/** @throws ConfigurationError with all that cannot work; it shows no key. */
export function readClients(clients: readonly AgentApiClient[]): readonly ApiClient[] {
  if (clients.length === 0) {
    throw faulty("clients is empty, so that nobody could use the API. Give one, or leave it out.");
  }
  const faults = findClientFaults(clients);
  if (faults.length > 0) {
    const sentences = faults.map(
      ({ index, place, problem }) => `clients[${index}]${place} ${problem}`,
    );
    throw faulty(sentences.join(" "));
  }
  return clients.map(({ name, tenantId, keys = [], publicKeys = [] }) => ({
    name,
    tenantId,
    keyHashes: keys.map((hash) => Buffer.from(hash, "hex")),
    publicKeys: publicKeys.map(readClientPublicKey),
  }));
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`createAgentApi: ${problem}`);
}

import type { JsonWebKey } from "node:crypto";
import { ConfigurationError } from "@rak-oauth/core";
import { type ClientPublicKey, readClientPublicKey } from "./client-public-key.js";

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

/** @throws ConfigurationError naming the client that cannot work; it shows no key. */
export function readClients(clients: readonly AgentApiClient[]): readonly ApiClient[] {
  if (clients.length === 0) {
    throw faulty("clients is empty, so that nobody could use the API. Give one, or leave it out.");
  }
  return clients.map((client, index) => {
    const { name, tenantId, keys = [], publicKeys = [] } = client;
    const place = `clients[${index}]`;
    if (typeof name !== "string" || name === "") throw faulty(`${place}.name is missing.`);
    if (clients.findIndex((other) => other.name === name) !== index) {
      throw faulty(`clients has ${JSON.stringify(name)} twice. Give one entry all its keys.`);
    }
    if (keys.length + publicKeys.length === 0) {
      throw faulty(`${place} has no way to prove itself. Give keys or publicKeys.`);
    }
    return {
      name,
      tenantId,
      keyHashes: keys.map((key, keyIndex) => readHash(key, `${place}.keys[${keyIndex}]`)),
      publicKeys: publicKeys.map((jwk, keyIndex) => {
        try {
          return readClientPublicKey(jwk);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          throw faulty(`${place}.publicKeys[${keyIndex}] ${error.message}.`);
        }
      }),
    };
  });
}

function readHash(key: string, place: string): Buffer {
  if (typeof key === "string" && /^[0-9a-f]{64}$/i.test(key)) return Buffer.from(key, "hex");
  throw faulty(
    `${place} is not the SHA-256 of a key, 64 hexadecimal digits. Give hashApiKey(key), never the key itself.`,
  );
}

function faulty(problem: string): ConfigurationError {
  return new ConfigurationError(`createAgentApi: ${problem}`);
}

import type { JsonWebKey } from "node:crypto";
import { assertCredentialOwner, isOAuth2Error } from "@rak-oauth/core";
import { readClientPublicKey } from "./client-public-key.js";

/** What is wrong with one of several clients; it shows no key. */
export interface AgentApiClientFault {
  /** Which of them, from 0. */
  readonly index: number;
  /** Where in it, such as `.keys[0]`; empty for the client as a whole. */
  readonly place: string;
  /** What is wrong, as the rest of a sentence that begins with the place, and the mend. */
  readonly problem: string;
}

/** What clients before one have, which it must not have too. */
interface Taken {
  readonly names: Set<string>;
  readonly nameByHash: Map<string, string>;
}

type Fault = Omit<AgentApiClientFault, "index">;

/** All that keeps clients of {@link createAgentApi} from working, wherever they were read from. */
export function findClientFaults(clients: readonly unknown[]): readonly AgentApiClientFault[] {
  const taken: Taken = { names: new Set(), nameByHash: new Map() };
  return clients.flatMap((client, index) =>
    faultsOf(client, taken).map((fault) => ({ index, ...fault })),
  );
}

function faultsOf(client: unknown, taken: Taken): readonly Fault[] {
  if (typeof client !== "object" || client === null) {
    return [{ place: "", problem: "must be an object." }];
  }
  const {
    name,
    tenantId,
    keys = [],
    publicKeys = [],
  } = client as Readonly<Record<string, unknown>>;
  const faults = [
    fault(".name", nameProblem(name, taken)),
    fault(".tenantId", tenantProblem(tenantId)),
    ...listFaults(".keys", keys, (key) => keyProblem(key, String(name), taken)),
    ...listFaults(".publicKeys", publicKeys, publicKeyProblem),
  ];
  const isEmpty = [keys, publicKeys].every((list) => Array.isArray(list) && list.length === 0);
  if (isEmpty) faults.push(fault("", "has no way to prove itself. Give keys or publicKeys."));
  return faults.filter((each) => each !== undefined);
}

function listFaults(
  place: string,
  list: unknown,
  problemOf: (item: unknown) => string | undefined,
): readonly (Fault | undefined)[] {
  if (!Array.isArray(list)) return [fault(place, "must be a list.")];
  return list.map((item, index) => fault(`${place}[${index}]`, problemOf(item)));
}

function fault(place: string, problem: string | undefined): Fault | undefined {
  return problem === undefined ? undefined : { place, problem };
}

function nameProblem(name: unknown, { names }: Taken): string | undefined {
  if (typeof name !== "string" || name === "") return "is missing.";
  if (names.has(name)) {
    return `is ${JSON.stringify(name)}, as that of another client. Give one entry all its keys.`;
  }
  names.add(name);
  return undefined;
}

function tenantProblem(tenantId: unknown): string | undefined {
  try {
    assertCredentialOwner({ tenantId: tenantId as string | undefined });
    return undefined;
  } catch (error) {
    if (!isOAuth2Error(error)) throw error;
    return `cannot be used. ${error.message} Give the one tenant of the client; without any, it reaches all.`;
  }
}

function keyProblem(key: unknown, name: string, { nameByHash }: Taken): string | undefined {
  if (typeof key !== "string" || !/^[0-9a-f]{64}$/i.test(key)) {
    return "is not the SHA-256 of a key, 64 hexadecimal digits. Give hashApiKey(key), never the key itself.";
  }
  const hash = key.toLowerCase();
  const other = nameByHash.get(hash);
  nameByHash.set(hash, other ?? name);
  return other === undefined
    ? undefined
    : `is a key that ${JSON.stringify(other)} has already, so that nobody could tell whose it is. Give each client keys of its own.`;
}

function publicKeyProblem(jwk: unknown): string | undefined {
  if (typeof jwk !== "object" || jwk === null) return "must be a JSON Web Key.";
  try {
    readClientPublicKey(jwk as JsonWebKey);
    return undefined;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return `${error.message}.`;
  }
}

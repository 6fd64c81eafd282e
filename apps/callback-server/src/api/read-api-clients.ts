import { type AgentApiClient, readClientPublicKey } from "@rak-oauth/auth-code-flow/api";
import type { Environment, SettingFault } from "@rak-oauth/environment";
import { readJsonList } from "@rak-oauth/environment";
import { z } from "zod";

const keysName = "RAK_OAUTH_API_KEYS";
const fileName = "RAK_OAUTH_API_CLIENTS_FILE";

const namePattern = /^[A-Za-z0-9][\w.-]{0,63}$/;
const hashPattern = /^[0-9a-f]{64}$/i;
const nameFault = 'must be 1 to 64 letters, digits, ".", "_" or "-", such as "agent"';
const hashFault =
  "must be the SHA-256 of a key, 64 hexadecimal digits, as --generate-api-key prints it; never the key itself";

const clientSchema = z
  .strictObject(
    {
      name: z.string(nameFault).regex(namePattern, nameFault),
      tenantId: z.string("must be a text").min(1, "is empty; leave it out instead").optional(),
      keys: z
        .array(z.string(hashFault).regex(hashPattern, hashFault), "must be a list")
        .default([]),
      publicKeys: z
        .array(
          z.record(z.string(), z.unknown(), "must be a JSON Web Key").transform((jwk, context) => {
            try {
              readClientPublicKey(jwk);
              return jwk;
            } catch (error) {
              if (!(error instanceof TypeError)) throw error;
              context.addIssue(error.message);
              return z.NEVER;
            }
          }),
          "must be a list",
        )
        .default([]),
    },
    "must be an object",
  )
  .refine(
    ({ keys, publicKeys }) => keys.length + publicKeys.length > 0,
    "has no way to prove itself: give keys or publicKeys",
  );

/** Reads who may use the API, from the file and the environment; what is wrong goes to `faults`. */
export async function readApiClients(
  environment: Environment,
  faults: SettingFault[],
): Promise<readonly AgentApiClient[]> {
  const path = environment[fileName];
  const clients = [
    ...(path === undefined ? [] : await readClientsFile(path, faults)),
    ...readKeys(environment[keysName], faults),
  ];
  const name = path === undefined ? keysName : fileName;
  for (const client of findRepeated(clients.map((each) => each.name))) {
    faults.push({
      name,
      problem: `names the client ${JSON.stringify(client)} twice. Give each client one entry in the file, or in ${keysName} all its keys.`,
    });
  }
  const hashes = clients.flatMap(({ keys = [] }) => keys);
  if (findRepeated(hashes).length > 0) {
    faults.push({
      name,
      problem:
        "has one key twice, so that nobody could tell whose it is. Make each a key of its own.",
    });
  }
  return clients;
}

/** Pairs of a name and a hash; a name may come again with another key, so that keys can be changed. */
function readKeys(text: string | undefined, faults: SettingFault[]): readonly AgentApiClient[] {
  const hashes = new Map<string, string[]>();
  for (const [index, entry] of (text?.split(/[\s,]+/).filter(Boolean) ?? []).entries()) {
    const [name = "", hash = "", ...more] = entry.split(":");
    if (namePattern.test(name) && hashPattern.test(hash) && more.length === 0) {
      hashes.set(name, [...(hashes.get(name) ?? []), hash.toLowerCase()]);
    } else {
      // Not shown: it may be a key in the wrong place.
      faults.push({
        name: keysName,
        problem: `has an entry ${index + 1} that is not of the form "name:sha256": the name ${nameFault}, and the rest ${hashFault}.`,
      });
    }
  }
  return [...hashes].map(([name, keys]) => ({ name, keys }));
}

async function readClientsFile(
  path: string,
  faults: SettingFault[],
): Promise<readonly AgentApiClient[]> {
  const entries = await readJsonList({
    name: fileName,
    path,
    example: '[{ "name": "agent", "keys": ["<SHA-256 of a key>"] }]',
    faults,
  });
  return entries.flatMap((entry, index) => {
    const { data, error } = clientSchema.safeParse(entry);
    for (const issue of error?.issues ?? []) {
      const isUnknown = issue.code === "unrecognized_keys";
      const place = [`${path}[${index}]`, ...issue.path].map(String).join(".");
      const problem = isUnknown ? `has an unknown field ${issue.keys.join(", ")}` : issue.message;
      faults.push({ name: place, problem: `${problem}.` });
    }
    if (data === undefined) return [];
    const { name, tenantId, keys, publicKeys } = data;
    return [{ name, tenantId, publicKeys, keys: keys.map((hash) => hash.toLowerCase()) }];
  });
}

function findRepeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

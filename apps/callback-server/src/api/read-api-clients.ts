import { type AgentApiClient, findClientFaults } from "@rak-oauth/auth-code-flow/api";
import { type Environment, readJsonList, type SettingFault } from "@rak-oauth/environment";

const keysName = "RAK_OAUTH_API_KEYS";
const fileName = "RAK_OAUTH_API_CLIENTS_FILE";

const namePattern = /^[A-Za-z0-9][\w.-]{0,63}$/;
const hashPattern = /^[0-9a-f]{64}$/i;
const nameFault = 'must be 1 to 64 letters, digits, ".", "_" or "-", such as "agent"';
const hashFault =
  "must be the SHA-256 of a key, 64 hexadecimal digits, as --generate-api-key prints it; never the key itself";

const fields: ReadonlySet<string> = new Set([
  "name",
  "tenantId",
  "keys",
  "publicKeys",
] satisfies readonly (keyof AgentApiClient)[]);

/** Reads who may use the API, from the file and the environment; what is wrong goes to `faults`. */
export async function readApiClients(
  environment: Environment,
  faults: SettingFault[],
): Promise<readonly AgentApiClient[]> {
  const path = environment[fileName];
  const inFile = path === undefined ? [] : await readClientsFile(path, faults);
  const inEnvironment = readKeys(environment[keysName], faults);
  const clients = [...inFile, ...inEnvironment];
  for (const { index, place, problem } of findClientFaults(clients)) {
    const client = inEnvironment[index - inFile.length];
    const name = client === undefined ? `${path}[${index}]` : `${keysName}.${client.name}`;
    const mend = place.startsWith(".keys[")
      ? " --generate-api-key makes one, with its SHA-256."
      : "";
    faults.push({ name: name + place, problem: problem + mend });
  }
  // Where there is any fault, nobody is served.
  return clients as readonly AgentApiClient[];
}

/** Pairs of a name and a hash; a name may come again with another key, so that keys can be changed. */
function readKeys(text: string | undefined, faults: SettingFault[]): readonly AgentApiClient[] {
  const hashes = new Map<string, string[]>();
  for (const [index, entry] of (text?.split(/[\s,]+/).filter(Boolean) ?? []).entries()) {
    const [name = "", hash = "", ...more] = entry.split(":");
    if (namePattern.test(name) && hashPattern.test(hash) && more.length === 0) {
      hashes.set(name, [...(hashes.get(name) ?? []), hash]);
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

async function readClientsFile(path: string, faults: SettingFault[]): Promise<readonly unknown[]> {
  const clients = await readJsonList({
    name: fileName,
    path,
    example: '[{ "name": "agent", "keys": ["<SHA-256 of a key>"] }]',
    faults,
  });
  for (const [index, client] of clients.entries()) {
    if (typeof client !== "object" || client === null) continue;
    const place = `${path}[${index}]`;
    const strange = Object.keys(client).filter((field) => !fields.has(field));
    if (strange.length > 0) {
      faults.push({ name: place, problem: `has an unknown field ${strange.join(", ")}.` });
    }
    const { name } = client as { readonly name?: unknown };
    // That there is none is found with all else.
    if (typeof name === "string" && name !== "" && !namePattern.test(name)) {
      faults.push({ name: `${place}.name`, problem: `${nameFault}.` });
    }
  }
  return clients;
}

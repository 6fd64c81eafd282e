import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import { createAuthorizedFetch } from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";

const { ISSUER = "", CLIENT_ID = "", CLIENT_SECRET = "", API_URL = "" } = process.env;

const config = await discover(ISSUER, {
  provider: "rooms",
  flow: "client_credentials",
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  scopes: ["rooms.read"],
  apiOrigins: [new URL(API_URL).origin],
  allowInsecureLoopback: true,
});

// A token of the job itself is asked for when it is needed and kept in memory; nothing is stored.
const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`unused:${generateKey()}`),
});
const tokens = new TokenManager({ config, credentials });
const fetchRooms = createAuthorizedFetch(tokens, {
  origins: config.apiOrigins,
  allowInsecureLoopback: config.allowInsecureLoopback,
});

// However many floors there are, the first call asks for the token and the others wait for it.
const floors = await Promise.all(
  ["ground", "first", "second"].map(async (floor) => {
    const answer = await fetchRooms(`${API_URL}/rooms?floor=${floor}`);
    if (!answer.ok) throw new Error(`The rooms of the ${floor} floor: status ${answer.status}.`);
    return (await answer.json()) as { readonly floor: string; readonly free: readonly string[] };
  }),
);
for (const { floor, free } of floors) console.log(`${floor}: ${free.join(", ") || "nothing free"}`);
await tokens.close();

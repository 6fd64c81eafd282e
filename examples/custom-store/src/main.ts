import { readFile, rm } from "node:fs/promises";
import { AccessToken, CredentialService, generateKey, parseKeyring, Secret } from "@rak-oauth/core";
import { SqliteCredentialStore } from "./sqlite-credential-store.js";

const [, , file = "example.db"] = process.argv;
const keys = parseKeyring(`example:${generateKey()}`);

// The first process stores what alice granted …
const first = await SqliteCredentialStore.open(file);
await new CredentialService({ store: first, keys }).storeCredentials(
  { userId: "alice", provider: "calendar" },
  { accessToken: new AccessToken("access-token"), refreshToken: new Secret("refresh-token") },
);
first.close();

// … and another one, with the same keys, has it.
const second = await SqliteCredentialStore.open(file);
const credentials = new CredentialService({ store: second, keys });
for (const { key, status } of await credentials.listConnections({ userId: "alice" })) {
  console.log(`${key.userId}: ${key.provider}, ${status}`);
}
second.close();

const bytes = await readFile(file, "latin1");
console.log(`a token of hers in the file: ${/access-token|refresh-token/.test(bytes)}`);
await rm(file);

import type { CredentialStore } from "@rak-oauth/core";

declare const store: CredentialStore;

// shown from here

import { readFile } from "node:fs/promises";
import { CredentialService, cacheDataKeys, Secret } from "@rak-oauth/core";
import { VaultTransitKeyWrapper } from "@rak-oauth/core/vault";

const vault = new VaultTransitKeyWrapper({
  address: "https://vault.example.com:8200",
  token: async () => new Secret((await readFile("/vault/secrets/token", "utf8")).trim()),
  keyName: "rak-oauth",
  keyVersion: 1,
});
const credentials = new CredentialService({ store, keys: cacheDataKeys(vault) });

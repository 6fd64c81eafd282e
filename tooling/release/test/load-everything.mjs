// Runs in the installed project: loads every path given, by import and by require, and gets a token.
import { createRequire } from "node:module";

const requireModule = createRequire(import.meta.url);
const names = {};

for (const specifier of process.argv.slice(2)) {
  const imported = await import(specifier);
  const required = requireModule(specifier);
  names[specifier] = {
    imported: Object.keys(imported),
    required: Object.keys(required).filter((name) => required[name] === imported[name]),
  };
}

const [core, tokenManager] = ["@rak-oauth/core", "@rak-oauth/token-manager"].map(requireModule);
const credentials = new core.CredentialService({
  store: new core.MemoryCredentialStore(),
  keys: core.parseKeyring(`one:${core.generateKey()}`),
});
const expiresAt = new Date(Date.now() + 3_600_000);
await credentials.storeCredentials(
  { userId: "alice", provider: "example" },
  { accessToken: new core.AccessToken("token of alice", { expiresAt }) },
);
const config = core.defineOAuth2Config({
  provider: "example",
  clientId: "my-agent",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com/token",
});
const tokens = new tokenManager.TokenManager({ config, credentials });
const token = (await tokens.getToken({ userId: "alice" })).secret();

process.stdout.write(JSON.stringify({ names, token }));

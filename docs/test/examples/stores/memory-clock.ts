import {
  AccessToken,
  type Clock,
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
} from "@rak-oauth/core";

let now = Date.parse("2026-01-01T00:00:00Z");
const clock: Clock = { now: () => now };
const credentials = new CredentialService({
  store: new MemoryCredentialStore({ clock }),
  keys: parseKeyring(`test:${generateKey()}`),
  clock,
});

const key = { userId: "alice", provider: "calendar" };
const expiresAt = new Date(now + 60_000);
await credentials.storeCredentials(key, { accessToken: new AccessToken("a token", { expiresAt }) });

now += 90_000;
export const expiresInMs: number | undefined = (await credentials.read(key))?.expiresInMs; // -30000

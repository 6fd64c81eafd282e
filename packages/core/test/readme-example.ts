import {
  AccessToken,
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";

const keys = parseKeyring(process.env["RAK_OAUTH_KEYS"] ?? `development:${generateKey()}`);
const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });

const key = { userId: "alice", provider: "google" };
await credentials.storeCredentials(key, {
  accessToken: new AccessToken("ya29.a0…", { expiresAt: new Date(Date.now() + 3_600_000) }),
  refreshToken: new Secret("1//0e…"),
});

const found = await credentials.getCredentials(key);
process.stdout.write(`${found?.accessToken}\n`); // AccessToken(…redacted)

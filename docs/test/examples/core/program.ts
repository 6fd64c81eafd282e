import {
  AccessToken,
  CredentialService,
  loadKeyring,
  MemoryCredentialStore,
  Secret,
} from "@rak-oauth/core";

const { keys, warnings } = await loadKeyring({ developmentKeyFile: ".rak-oauth/key" });
for (const warning of warnings) process.stderr.write(`${warning}\n`);
const credentials = new CredentialService({ store: new MemoryCredentialStore(), keys });

const ofAlice = { userId: "alice", provider: "calendar" };
await credentials.storeCredentials(ofAlice, {
  accessToken: new AccessToken("an access token", { expiresAt: new Date(Date.now() + 3_600_000) }),
  refreshToken: new Secret("a refresh token"),
});

const stored = await credentials.getCredentials(ofAlice);
process.stdout.write(`${stored?.accessToken}\n`); // AccessToken(…redacted)
process.stdout.write(`${stored?.accessToken.secret()}\n`); // an access token

const ofBob = await credentials.getCredentials({ userId: "bob", provider: "calendar" });
process.stdout.write(`${ofBob}\n`); // undefined

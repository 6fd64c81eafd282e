import { KMSClient } from "@aws-sdk/client-kms";
import {
  AccessToken,
  CredentialService,
  cacheDataKeys,
  isOAuth2Error,
  MemoryCredentialStore,
  resealCredentials,
  Secret,
} from "@rak-oauth/core";
import { awsKmsKeyWrapper } from "./aws-kms-key-wrapper.js";
import { startKms } from "./start-kms.js";

// In place of AWS: leave `endpoint` and `credentials` out, and take the ARNs of two keys of yours.
const kms = await startKms();
const client = new KMSClient({
  endpoint: kms.url,
  region: "eu-central-1",
  credentials: { accessKeyId: "example", secretAccessKey: "example" },
});
const [firstKey, secondKey] = [kms.createKey("2025"), kms.createKey("2026")];

const store = new MemoryCredentialStore();
const alice = { userId: "alice", provider: "calendar" };
const open = (key: string) => {
  // One request for each record and process, not for each read.
  const keys = cacheDataKeys(awsKmsKeyWrapper(client, key));
  return { keys, credentials: new CredentialService({ store, keys }) };
};

const before = open(firstKey);
await before.credentials.storeCredentials(alice, {
  accessToken: new AccessToken("a token", { expiresAt: new Date(Date.now() + 3_600_000) }),
  refreshToken: new Secret("a refresh token"),
});
console.log(`sealed under ${firstKey}`);
await before.credentials.getCredentials(alice);
await before.credentials.getCredentials(alice);
console.log(
  `written once, read twice: ${kms.requests.map((line) => line.split(" ")[0]).join(", ")}`,
);

// A new key for what is written from now on; what the old one sealed still opens meanwhile.
const after = open(secondKey);
const { resealed, remaining } = await resealCredentials({ store, keys: after.keys });
console.log(`moved to ${secondKey}: ${resealed}, left: ${remaining}`);

kms.disableKey(firstKey);
const found = await open(secondKey).credentials.getCredentials(alice);
console.log(`the old key is disabled, alice's token opens: ${found !== undefined}`);

kms.disableKey(secondKey);
try {
  await open(secondKey).credentials.getCredentials(alice);
} catch (error) {
  if (!isOAuth2Error(error)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
client.destroy();
await kms.stop();

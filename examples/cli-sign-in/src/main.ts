import { authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import {
  CredentialService,
  generateKey,
  isOAuth2Error,
  MemoryCredentialStore,
  parseKeyring,
} from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import { authorizeDevice, TokenEndpoint } from "@rak-oauth/token-manager";

const { ISSUER = "https://login.example.com", CLIENT_ID = "calendar-cli" } = process.env;
const isDevice = process.argv.includes("--device");

const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());

// Kept while the command runs. openEmbeddedStores() of @rak-oauth/credential-store-prisma/embedded keeps
// them in a folder, for the next time.
const credentials = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`only:${generateKey()}`),
});

try {
  const config = await discover(ISSUER, {
    provider: "calendar",
    displayName: "Calendar",
    clientId: CLIENT_ID,
    scopes: ["openid", "calendar.read"],
    allowInsecureLoopback: true,
  });
  const signIn = {
    endpoint: new TokenEndpoint({ config }),
    credentials,
    subject: { userId: "me" },
    signal: interruption.signal,
  };
  const { account } = isDevice
    ? await authorizeDevice({
        ...signIn,
        onUserCode: ({ userCode, verificationUri }) =>
          console.error(`Open ${verificationUri} anywhere, and type ${userCode}`),
      })
    : await authorizeWithLoopback({
        ...signIn,
        openBrowser: !process.argv.includes("--no-browser"),
      });
  console.log(`Hello, ${account?.name ?? account?.subject ?? "whoever you are"}.`);
} catch (error) {
  if (interruption.signal.aborted) process.exitCode = 130;
  else if (isOAuth2Error(error)) {
    console.error(error.message);
    process.exitCode = 1;
  } else throw error;
}

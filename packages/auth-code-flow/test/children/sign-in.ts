import { defineOAuth2Config, isOAuth2Error } from "@rak-oauth/core";
import { TokenEndpoint } from "@rak-oauth/token-manager";
import { authorizeWithLoopback } from "../../src/index.js";

/*
 * A command that signs its user in, as a person writes one: nothing ends the process but that there is
 * nothing left to do.
 */
const [issuer = "", timeoutText = ""] = process.argv.slice(2);
const config = defineOAuth2Config({
  provider: "calendar",
  clientId: "cli",
  issuer,
  authUrl: `${issuer}/auth`,
  tokenUrl: `${issuer}/token`,
  scopes: ["openid"],
  issParameterSupported: true,
  allowInsecureLoopback: true,
});
try {
  const { account } = await authorizeWithLoopback({
    endpoint: new TokenEndpoint({ config }),
    openBrowser: false,
    onUrl: (url) => void process.stdout.write(`${url}\n`),
    timeoutMs: Number(timeoutText),
  });
  process.stdout.write(`signed in as ${account?.subject}\n`);
} catch (error) {
  process.stdout.write(`${isOAuth2Error(error) && "failure" in error ? error.failure : error}\n`);
}

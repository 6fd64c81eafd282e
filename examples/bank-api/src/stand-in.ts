import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JWK } from "jose";
import { startBank } from "./bank.js";

/*
 * For `node --import`, in front of the agent: starts a bank that knows it, unless ISSUER names one, with
 * a key for once where CLIENT_KEY_FILE names none. The bank ends with the agent.
 */
const { env } = process;
if (env["ISSUER"] === undefined) {
  const { PORT: port = "3000", CLIENT_KEY_FILE: keyFile = makeKeyFile() } = env;
  const { d: _, ...publicKey } = JSON.parse(readFileSync(keyFile, "utf8")) as JWK;
  const redirectUri = `http://127.0.0.1:${port}/oauth2/callback`;
  const { authorizationServer, clientId, apiUrl } = await startBank({ publicKey, redirectUri });
  env["PORT"] = port;
  env["ISSUER"] = authorizationServer.issuer;
  env["API_URL"] = apiUrl;
  env["CLIENT_ID"] = clientId;
  env["CLIENT_KEY_FILE"] = keyFile;
}

function makeKeyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "bank-api-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  // Else a signal ends the process without the event.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  const file = join(folder, "client-key.json");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(file, JSON.stringify(privateKey.export({ format: "jwk" })), { mode: 0o600 });
  return file;
}

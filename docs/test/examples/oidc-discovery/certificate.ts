import { readFile } from "node:fs/promises";
import type { OAuth2Config } from "@rak-oauth/core";
import { microsoft } from "@rak-oauth/oidc-discovery";

/** The application itself; `agent.cer` was uploaded to its app registration in the Entra admin center. */
export async function defineDaemon(clientId: string, folder: string): Promise<OAuth2Config> {
  return microsoft({
    clientId,
    clientPrivateKey: await readFile(`${folder}/agent.key`, "utf8"),
    clientCertificate: await readFile(`${folder}/agent.cer`, "utf8"),
    tenant: "contoso.onmicrosoft.com",
    flow: "client_credentials",
    scopes: ["https://graph.microsoft.com/.default"],
  });
}

import { createServer, type Server } from "node:http";
import { AuthorizationCodeFlow, verifySessionCookie } from "@rak-oauth/auth-code-flow";
import { toNodeHandler } from "@rak-oauth/auth-code-flow/node";
import {
  type CredentialService,
  MemoryPendingAuthorizationStore,
  type OAuth2Config,
} from "@rak-oauth/core";

/** `config.redirectUri` is `<origin>/oauth2/callback`. */
export function createFlow(
  origin: string,
  config: OAuth2Config,
  credentials: CredentialService,
  sessionSecret: string,
): AuthorizationCodeFlow {
  return new AuthorizationCodeFlow({
    configs: [config],
    credentials,
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
    connectUrl: `${origin}/oauth2/connect`,
    verifyUser: verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] }),
    onFailure: ({ step, error }) => process.stderr.write(`${step}: ${error}\n`),
  });
}

/** The part of your server that the browser comes to. */
export function serve(flow: AuthorizationCodeFlow): Server {
  return createServer(toNodeHandler(flow.handler));
}

export async function connect(
  flow: AuthorizationCodeFlow,
  userId: string,
  show: (link: string) => void,
): Promise<string> {
  const { id, url } = await flow.start({ provider: "calendar", userId });
  show(url);
  const { status } = await flow.waitForAuthorization(id, { timeoutMs: 60_000 });
  return status;
}

import { AuthorizationCodeFlow, verifySessionCookie } from "@rak-oauth/auth-code-flow";
import type { CredentialService, OAuth2Config, PendingAuthorizationStore } from "@rak-oauth/core";

export async function connectCalendar(
  google: OAuth2Config,
  credentials: CredentialService,
  pendingAuthorizations: PendingAuthorizationStore,
  sessionSecret: string,
): Promise<void> {
  const flow = new AuthorizationCodeFlow({
    configs: [google],
    credentials,
    pendingAuthorizations,
    connectUrl: "https://agent.example.com/oauth2/connect",
    verifyUser: verifySessionCookie({ cookieName: "session", secrets: [sessionSecret] }),
  });
  // Your server gives /oauth2/connect and the redirect URI to flow.handler(request).

  const { id, url } = await flow.start({ provider: "google", userId: "alice" });
  process.stdout.write(`Connect your calendar: ${url}\n`);
  const { status } = await flow.waitForAuthorization(id);
  process.stdout.write(status === "completed" ? "Connected.\n" : `Not connected: ${status}.\n`);
}

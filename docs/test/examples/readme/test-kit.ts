import { signIn, startAuthorizationServer, startHttpServer } from "@rak-oauth/test-kit";

const application = await startHttpServer((request) => new Response(`back at ${request.url}`));
const server = await startAuthorizationServer({
  clients: [
    { clientId: "app", clientSecret: "secret", redirectUris: [`${application.url}/callback`] },
  ],
  accessTokenTtlSeconds: 5,
});

/** Follows an authorization URL of the application through real forms, as alice would. */
export async function connectAlice(authorizationUrl: string): Promise<string> {
  const { body } = await signIn({ url: authorizationUrl, user: "alice", decision: "allow" });
  return body;
}

await server.stop();
await application.stop();

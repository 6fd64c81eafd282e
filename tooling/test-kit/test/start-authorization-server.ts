// Run by a test that looks at what it prints.
import { signIn, startAuthorizationServer, startHttpServer } from "../src/index.js";

const application = await startHttpServer(() => new Response("Welcome back"));
const server = await startAuthorizationServer({
  clients: [{ clientId: "web", clientSecret: "s", redirectUris: [`${application.url}/callback`] }],
});
const url = new URL("/auth", server.issuer);
url.search = new URLSearchParams({
  client_id: "web",
  redirect_uri: `${application.url}/callback`,
  response_type: "code",
  scope: "openid offline_access",
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
}).toString();
await signIn({ url: url.href, user: "alice" });
await signIn({ url: `${server.issuer}/auth?client_id=unknown`, user: "alice" });
await server.stop();
await application.stop();

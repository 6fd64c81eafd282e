import { startAuthorizationServer } from "@rak-oauth/test-kit";

// shown from here

const server = await startAuthorizationServer({ clients: [], tls: true });
const certificate = await server.createClientCertificate("CN=agent,O=Example");
await server.registerClient({
  clientId: "agent",
  authentication: "tls_client_auth",
  certificateSubject: "CN=agent,O=Example",
});
const answer = await server.createFetch(certificate)(`${server.issuer}/token`, {
  method: "POST",
  body: new URLSearchParams({ grant_type: "client_credentials", client_id: "agent" }),
});

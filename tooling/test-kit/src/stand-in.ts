import { startAuthorizationServer } from "./authorization-server.js";
import { startHttpServer } from "./http-server.js";

/*
 * For `node --import`, in front of a program that takes its provider from the environment: starts an
 * authorization server with a client for the program, and a calendar API that takes its tokens, unless
 * ISSUER names a server already. They end with the program.
 */
const { env } = process;
if (env["ISSUER"] === undefined) {
  const { PORT: port = "3000" } = env;
  const { issuer, clients, verifyAccessToken } = await startAuthorizationServer({
    registersClients: true,
    clients: [
      {
        clientId: "example",
        clientSecret: "example-secret",
        name: "The example",
        redirectUris: [`http://127.0.0.1:${port}/oauth2/callback`],
      },
    ],
  });
  const api = await startHttpServer(async (request) => {
    const [, token = ""] = (request.headers.get("authorization") ?? "").split(" ");
    const owner = (await verifyAccessToken(token))?.sub;
    if (owner === undefined) {
      const headers = { "www-authenticate": 'Bearer error="invalid_token"' };
      return new Response(null, { status: 401, headers });
    }
    return Response.json({ owner, events: [{ start: "11:00", title: `Interview with ${owner}` }] });
  });
  env["PORT"] = port;
  env["ISSUER"] = issuer;
  env["CLIENT_ID"] = clients[0]?.clientId;
  env["CLIENT_SECRET"] = clients[0]?.clientSecret;
  env["API_URL"] = api.url;
}

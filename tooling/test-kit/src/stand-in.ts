import { startAuthorizationServer } from "./authorization-server.js";

/*
 * For `node --import`, in front of a program that takes its provider from the environment: starts an
 * authorization server with a client for the program, unless ISSUER names one already. It ends with
 * the program.
 */
const { env } = process;
if (env["ISSUER"] === undefined) {
  const { PORT: port = "3000" } = env;
  const { issuer, clients } = await startAuthorizationServer({
    clients: [
      {
        clientId: "example",
        clientSecret: "example-secret",
        name: "The example",
        redirectUris: [`http://127.0.0.1:${port}/oauth2/callback`],
      },
    ],
  });
  env["PORT"] = port;
  env["ISSUER"] = issuer;
  env["CLIENT_ID"] = clients[0]?.clientId;
  env["CLIENT_SECRET"] = clients[0]?.clientSecret;
}

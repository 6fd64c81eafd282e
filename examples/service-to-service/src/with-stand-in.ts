import { startAuthorizationServer, startHttpServer } from "@rak-oauth/test-kit";

/** Runs the job with an authorization server and an API of its own, for want of yours. */
const free: Readonly<Record<string, readonly string[]>> = {
  ground: ["Lovelace"],
  second: ["Hopper"],
};
const server = await startAuthorizationServer({
  clients: [{ clientId: "nightly-job", clientSecret: "example-secret" }],
  extraScopes: ["rooms.read"],
});
const api = await startHttpServer(async (request) => {
  const [, token = ""] = (request.headers.get("authorization") ?? "").split(" ");
  if ((await server.verifyAccessToken(token)) === undefined) {
    return new Response(null, { status: 401 });
  }
  const floor = new URL(request.url).searchParams.get("floor") ?? "";
  return Response.json({ floor, free: free[floor] ?? [] });
});
process.env["ISSUER"] = server.issuer;
process.env["CLIENT_ID"] = "nightly-job";
process.env["CLIENT_SECRET"] = "example-secret";
process.env["API_URL"] = api.url;
try {
  await import("./main.js");
  console.log(`(token requests: ${server.tokenRequests.length})`);
} finally {
  await api.stop();
  await server.stop();
}

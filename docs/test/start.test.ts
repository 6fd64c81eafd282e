import { discover } from "@rak-oauth/oidc-discovery";
import {
  type AuthorizationServer,
  type HttpServer,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { start } from "./examples/start.js";

let authorizationServer: AuthorizationServer;
let calendar: HttpServer;

beforeAll(async () => {
  authorizationServer = await startAuthorizationServer({
    clients: [
      {
        clientId: "cli",
        authentication: "none",
        applicationType: "native",
        redirectUris: ["http://127.0.0.1/callback"],
      },
    ],
  });
  calendar = await startHttpServer(async (request) => {
    const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const verified = await authorizationServer.verifyAccessToken(token);
    return Response.json({ calendarOf: verified?.sub ?? "nobody" });
  });
});

afterAll(async () => {
  await calendar.stop();
  await authorizationServer.stop();
});

it("the start's example signs alice in and reads her calendar", async () => {
  const config = await discover(authorizationServer.issuer, {
    provider: "calendar",
    clientId: "cli",
    scopes: ["openid", "offline_access", "calendar.read"],
    apiOrigins: [calendar.url],
    allowInsecureLoopback: true,
  });
  const signIns: Promise<unknown>[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    const url = /http:\S+/.exec(String(text))?.[0];
    if (url !== undefined) signIns.push(signIn({ url, user: "alice" }));
    return true;
  });
  const result = await start(config, `${calendar.url}/events`);
  await Promise.all(signIns);
  expect(signIns).toHaveLength(1);
  expect(result).toEqual({ calendarOf: "alice" });
});

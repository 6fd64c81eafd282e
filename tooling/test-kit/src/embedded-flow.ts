import { createHash, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AuthorizationServer, startAuthorizationServer } from "./authorization-server.js";
import { readEvents } from "./event-stream.js";
import { findFreePort } from "./free-port.js";
import type { HttpServer } from "./http-server.js";
import { startNpmScript } from "./npm-script.js";
import { signIn } from "./sign-in.js";

/** Options of {@link describeEmbeddedFlow}. */
export interface DescribeEmbeddedFlowOptions {
  /**
   * Starts the server with `PORT`, `ISSUER`, `CLIENT_ID`, `CLIENT_SECRET` and `AGENT_KEY_SHA256`.
   *
   * @defaultValue its script `start`, in a process of its own
   */
  readonly start?:
    | ((settings: Readonly<Record<string, string>>) => Promise<HttpServer>)
    | undefined;
}

/**
 * Registers, with Vitest, what a server that has an authorization code flow among its own routes must
 * do. `/login/<user>` signs a user in and goes to `/`, which lists the user's connections as JSON;
 * `/connect` leads to the flow, for the provider `calendar`, and back to `/`; `/oauth2/*` is the flow's,
 * `/connections` the page of connections, and `/api/v1` the API for agents.
 *
 * @param testFileUrl - `import.meta.url` of a test in the server's `test` folder
 */
export function describeEmbeddedFlow(
  testFileUrl: string,
  options: DescribeEmbeddedFlowOptions = {},
): void {
  describe("the flow among the server's own routes", () => {
    const folder = fileURLToPath(new URL("..", testFileUrl));
    const { start = (settings) => startNpmScript(folder, "start", settings) } = options;
    let authorizationServer: AuthorizationServer;
    let server: HttpServer;
    const agentKey = randomBytes(32).toString("base64url");

    beforeAll(async () => {
      const port = await findFreePort();
      authorizationServer = await startAuthorizationServer({
        clients: [
          {
            clientId: "example",
            clientSecret: "example-secret",
            redirectUris: [`http://127.0.0.1:${port}/oauth2/callback`],
          },
        ],
      });
      server = await start({
        PORT: String(port),
        ISSUER: authorizationServer.issuer,
        CLIENT_ID: "example",
        CLIENT_SECRET: "example-secret",
        AGENT_KEY_SHA256: createHash("sha256").update(agentKey).digest("hex"),
      });
    });

    afterAll(async () => {
      await server?.stop();
      await authorizationServer?.stop();
    });

    /** A browser in which a user is signed in to the server. */
    async function openBrowser(user: string): Promise<CookieJar> {
      const cookies = new CookieJar();
      await signIn({ url: `${server.url}/login/${user}`, user, cookies });
      return cookies;
    }

    async function connectionsOf(cookies: CookieJar): Promise<unknown> {
      const headers = { cookie: await cookies.getCookieString(server.url) };
      return (await fetch(server.url, { headers })).json();
    }

    it("connects the account of the user who is signed in, and stores the credential", async () => {
      const cookies = await openBrowser("alice");
      expect(await connectionsOf(cookies)).toEqual([]);
      const ended = await signIn({ url: `${server.url}/connect`, user: "alice", cookies });
      expect(ended).toMatchObject({ status: 200, finalUrl: `${server.url}/` });
      expect(await connectionsOf(cookies)).toMatchObject([
        { key: { provider: "calendar", userId: "alice" }, account: { subject: "alice" } },
      ]);
      expect(authorizationServer.tokenRequests).toMatchObject([{ error: undefined }]);
    });

    it("refuses the browser of another user", async () => {
      const carol = await openBrowser("carol");
      const headers = { cookie: await carol.getCookieString(server.url) };
      const connect = await fetch(`${server.url}/connect`, { headers, redirect: "manual" });
      const link = new URL(connect.headers.get("location") ?? "", server.url);
      const mallory = await openBrowser("mallory");
      const ended = await signIn({ url: link.href, user: "bob", cookies: mallory });
      expect(ended.status).toBe(403);
      expect(await connectionsOf(carol)).toEqual([]);
      expect(await connectionsOf(mallory)).toEqual([]);
    });

    it("shows the page of a user who says no", async () => {
      const cookies = await openBrowser("bob");
      const url = `${server.url}/connect`;
      const { status, body } = await signIn({ url, user: "bob", decision: "deny", cookies });
      expect(status).toBe(200);
      expect(body).toContain("Calendar not connected");
      expect(await connectionsOf(cookies)).toEqual([]);
    });

    it("shows users what they have connected, and disconnects it when they say so twice", async () => {
      const cookies = await openBrowser("dora");
      await signIn({ url: `${server.url}/connect`, user: "bob", cookies });
      const pageUrl = `${server.url}/connections`;
      const cookie = await cookies.getCookieString(server.url);
      const headers = { cookie, "sec-fetch-site": "same-origin", origin: server.url };
      const page = await (await fetch(pageUrl, { headers })).text();
      expect(page).toContain("Calendar");
      const [, link = ""] = /href="([^"]*disconnect=[^"]*)"/.exec(page) ?? [];
      const asked = await fetch(new URL(link.replaceAll("&amp;", "&"), pageUrl), { headers });
      const question = await asked.text();
      const field = (name: string) =>
        new RegExp(`name="${name}" value="([^"]*)"`).exec(question)?.[1] ?? "";
      const body = new URLSearchParams({ proof: field("proof"), disconnect: field("disconnect") });
      const ended = await fetch(pageUrl, { method: "POST", headers, body, redirect: "manual" });
      expect(ended.status).toBeLessThan(400);
      expect(await connectionsOf(cookies)).toEqual([]);
    });

    it("tells an agent of another process how an authorization goes, while it goes", async () => {
      const ask = (
        path: string,
        init: { method?: string; body?: string; accept?: string } = {},
      ) => {
        const { accept = "application/json", ...rest } = init;
        const headers = {
          accept,
          authorization: `Bearer ${agentKey}`,
          "content-type": "application/json",
        };
        return fetch(`${server.url}/api/v1${path}`, { ...rest, headers });
      };
      const listConnections = async () => (await ask("/connections?userId=erin")).json();
      const body = JSON.stringify({ provider: "calendar", userId: "erin" });
      const stranger = await fetch(`${server.url}/api/v1/authorizations`, { method: "POST", body });
      expect(stranger.status).toBe(401);
      const started = await ask("/authorizations", { method: "POST", body });
      expect(started.status).toBe(201);
      const { id, url } = (await started.json()) as { readonly id: string; readonly url: string };
      const events = readEvents(
        await ask(`/authorizations/${id}`, { accept: "text/event-stream" }),
      );
      const next = async () => (await events.next()).value;
      expect(await next()).toMatchObject({ event: "status", data: { status: "pending" } });
      await signIn({ url, user: "alice", cookies: await openBrowser("erin") });
      const end = await next();
      expect(end).toMatchObject({ event: "end", data: { id, status: "completed" } });
      expect(await listConnections()).toMatchObject({ connections: [{ provider: "calendar" }] });
      const { connection_id: connection } = (end as { data: { connection_id: string } }).data;
      const ended = await ask(`/connections/${connection}?userId=erin`, { method: "DELETE" });
      expect(await ended.json()).toMatchObject({ disconnected: true });
      expect(await listConnections()).toEqual({ connections: [] });
    });

    it("leaves forms and unknown addresses under its path to the flow", async () => {
      const form = { method: "POST", body: new URLSearchParams({ any: "form" }) };
      const posted = await fetch(`${server.url}/oauth2/connect`, form);
      expect(posted.status).toBe(405);
      const unknown = await fetch(`${server.url}/oauth2/elsewhere`);
      expect(unknown.status).toBe(404);
      expect(await unknown.text()).toContain("There is no page here");
    });
  });
}

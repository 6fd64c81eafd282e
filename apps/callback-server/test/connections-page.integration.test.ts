import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey, type OAuth2ConfigInput } from "@rak-oauth/core";
import {
  findFreePort,
  launchChromium,
  startAuthorizationServer,
  startHttpServer,
  startRedis,
} from "@rak-oauth/test-kit";
import { serializeSigned } from "hono/utils/cookie";
import { expect, it, onTestFinished } from "vitest";
import { startServerProcess } from "./server-process.js";

type Chromium = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Chromium["newPage"]>>;

const sessionSecret = generateKey();

/** The command on Redis, with a real authorization server and Chromium. */
async function startWorld(settings: Readonly<Record<string, string>>) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const authorizationServer = await startAuthorizationServer();
  onTestFinished(() => authorizationServer.stop());
  const { issuer } = authorizationServer;
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  await authorizationServer.registerClient({
    clientId: "server",
    clientSecret: "server-secret",
    redirectUris: [`${publicUrl}/oauth2/callback/calendar`],
  });
  const provider: OAuth2ConfigInput = {
    provider: "calendar",
    displayName: "Calendar",
    clientId: "server",
    clientSecret: "server-secret",
    issuer,
    authUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    jwksUrl: `${issuer}/jwks`,
    userinfoUrl: `${issuer}/me`,
    revocationUrl: `${issuer}/token/revocation`,
    scopes: ["openid", "email", "offline_access", "calendar.read"],
    issParameterSupported: true,
    allowInsecureLoopback: true,
  };
  const folder = await mkdtemp(join(tmpdir(), "callback-server-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const providersFile = join(folder, "providers.json");
  await writeFile(providersFile, JSON.stringify([provider]));
  const server = startServerProcess({
    PORT: String(port),
    REDIS_URL: redis.url,
    RAK_OAUTH_KEYS: `test:${generateKey()}`,
    RAK_OAUTH_PROVIDERS_FILE: providersFile,
    ...settings,
  });
  onTestFinished(async () => {
    server.process.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });
  await server.logged("ready");
  const chromium = await launchChromium();
  onTestFinished(() => chromium.close());
  const pageUrl = `${publicUrl}/connections`;
  return {
    server,
    pageUrl,
    /** A browser of its own, signed in to the application as this user or as nobody. */
    async openBrowser(user?: string): Promise<Page> {
      const context = await chromium.newContext();
      if (user !== undefined) {
        const cookie = await serializeSigned("session", user, sessionSecret);
        const value = cookie.slice("session=".length);
        await context.addCookies([{ name: "session", value, url: publicUrl }]);
      }
      return context.newPage();
    },
  };
}

const byCookie = {
  RAK_OAUTH_VERIFY_USER: "cookie",
  RAK_OAUTH_SESSION_COOKIE: "session",
  RAK_OAUTH_SESSION_SECRETS: sessionSecret,
};

const heading = (page: Page) => page.getByRole("heading", { level: 1 }).textContent();

it("TR-12 users connect, see and disconnect accounts of their own, and nobody else does", {
  timeout: 180_000,
}, async () => {
  const { server, pageUrl, openBrowser } = await startWorld(byCookie);
  const alice = await openBrowser("alice-of-our-app");
  await alice.goto(pageUrl);
  expect(await alice.textContent("main")).toContain("Nothing is connected");
  await alice.getByRole("link", { name: "Connect Calendar" }).click();
  await alice.getByRole("button", { name: /alice/i }).click();
  await alice.getByRole("button", { name: /allow/i }).click();
  await alice.getByRole("status").waitFor();
  expect(new URL(alice.url()).pathname).toBe("/connections");
  const listed = await alice.textContent("main");
  const parts = ["Calendar is connected", "alice@example.com", "see your e-mail address"];
  for (const part of [...parts, "stay connected while you are away", "calendar.read"]) {
    expect(listed).toContain(part);
  }

  const disconnectLink = alice.getByRole("link", { name: /^Disconnect: Calendar/ });
  const disconnectUrl = new URL((await disconnectLink.getAttribute("href")) ?? "", pageUrl);
  const bob = await openBrowser("bob-of-our-app");
  await bob.goto(pageUrl);
  expect(await bob.textContent("main")).not.toContain("alice@example.com");
  await bob.goto(disconnectUrl.href);
  expect(await heading(bob)).toBe("Connected accounts");
  const nobody = await openBrowser();
  expect((await nobody.goto(pageUrl))?.status()).toBe(403);
  expect(await heading(nobody)).toBe("You are not signed in");
  const longNamed = await openBrowser("x".repeat(513));
  expect((await longNamed.goto(pageUrl))?.status()).toBe(403);
  expect(await heading(longNamed)).toBe("Something went wrong here");
  expect(await server.logged("connections page refused")).toMatchObject({
    error: { code: "invalid_credential_key", message: expect.stringContaining("userId is 513") },
  });

  const id = disconnectUrl.searchParams.get("disconnect");
  const evilPage = `<form method="post" action="${pageUrl}"><input name="disconnect" value="${id}">
<input name="proof" value="${"a".repeat(200)}"></form><script>document.forms[0].submit()</script>`;
  const evilSite = await startHttpServer(
    () => new Response(evilPage, { headers: { "content-type": "text/html" } }),
  );
  onTestFinished(() => evilSite.stop());
  // Its port makes it another origin, but no other site: her session cookie comes along.
  const forged = alice.waitForResponse((response) => response.request().method() === "POST");
  await alice.goto(evilSite.url);
  expect((await forged).status()).toBe(403);
  expect(await alice.textContent("main")).toContain("Nothing was changed");
  expect(await alice.textContent("main")).toContain("alice@example.com");

  await disconnectLink.click();
  expect(await heading(alice)).toBe("Disconnect Calendar?");
  await alice.getByRole("link", { name: "Keep it connected" }).click();
  await disconnectLink.click();
  await alice.getByRole("button", { name: "Disconnect" }).click();
  await alice.getByRole("heading", { name: "Calendar disconnected" }).waitFor();
  expect(await alice.textContent("main")).toContain("has confirmed that the access is ended");
  await alice.getByRole("link", { name: "Back to your accounts" }).click();
  expect(await alice.textContent("main")).toContain("Nothing is connected");
  expect(await server.logged("connection ended by its user")).toMatchObject({
    userId: "alice-of-our-app",
    provider: "calendar",
    revocation: { access: "revoked", refresh: "revoked" },
  });
});

it("the page is off where only the person says who they are, and the log says why", {
  timeout: 60_000,
}, async () => {
  const { server, pageUrl } = await startWorld({ RAK_OAUTH_VERIFY_USER: "confirm" });
  const headers = { "accept-language": "de" };
  const response = await fetch(pageUrl, { headers });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("<h1>Hier gibt es keine Seite</h1>");
  expect(server.output.stdout).toContain("The page /connections is off");
});

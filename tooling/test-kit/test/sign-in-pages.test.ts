import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  type AuthorizationServer,
  type HttpServer,
  launchChromium,
  startAuthorizationServer,
  startHttpServer,
} from "../src/index.js";

let browser: Browser;
let application: HttpServer;
let server: AuthorizationServer;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  application = await startHttpServer(
    () => new Response("<p>Welcome back</p>", { headers: { "content-type": "text/html" } }),
  );
  server = await startAuthorizationServer({
    clients: [
      {
        clientId: "web",
        clientSecret: "web-secret",
        name: "Calendar <agent>",
        redirectUris: [`${application.url}/callback`],
      },
    ],
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  await application.stop();
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon")) {
      complaints.push(message.text());
    }
  });
});

afterEach(async () => {
  await context.close();
});

function authorizationUrl(scope = "openid profile email offline_access calendar.read"): string {
  const url = new URL("/auth", server.issuer);
  url.search = new URLSearchParams({
    client_id: "web",
    redirect_uri: `${application.url}/callback`,
    response_type: "code",
    scope,
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  }).toString();
  return url.href;
}

it("a person signs in and allows, and is back at the application", async () => {
  await page.goto(authorizationUrl());
  expect(await page.title()).toBe("Sign in");
  expect(await page.textContent("main")).toContain("to continue to Calendar <agent>");
  await page.getByRole("button", { name: "Alice Example" }).click();
  await page.getByRole("heading", { name: "Allow Calendar <agent> to act for you?" }).waitFor();
  expect(await page.getByRole("listitem").allTextContents()).toContainEqual(
    expect.stringContaining("Read the events of your calendar"),
  );
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("Welcome back").waitFor();
  expect(new URL(page.url()).searchParams.get("code")).toBeTypeOf("string");
  expect(complaints).toEqual([]);
});

it("the keyboard alone is enough", async () => {
  await page.goto(authorizationUrl());
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Bob Example").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Welcome back").waitFor();
  expect(new URL(page.url()).searchParams.get("error")).toBe("access_denied");
});

it("a person who is signed in can use another account", async () => {
  await page.goto(authorizationUrl());
  await page.getByRole("button", { name: "Alice Example" }).click();
  await page.getByRole("button", { name: "Use another account" }).click();
  await page.getByRole("button", { name: "Bob Example" }).click();
  expect(await page.textContent("main")).toContain("You are signed in as Bob Example");
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("Welcome back").waitFor();
  expect(new URL(page.url()).searchParams.get("code")).toBeTypeOf("string");
});

it("a person can use another account for a request that was pushed", async () => {
  const pushed = await fetch(`${server.issuer}/request`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("web:web-secret")}` },
    body: new URL(authorizationUrl()).searchParams,
  });
  const { request_uri: requestUri } = (await pushed.json()) as { readonly request_uri: string };
  const query = new URLSearchParams({ client_id: "web", request_uri: requestUri });
  await page.goto(`${server.issuer}/auth?${query}`);
  await page.getByRole("button", { name: "Alice Example" }).click();
  await page.getByRole("button", { name: "Use another account" }).click();
  await page.getByRole("button", { name: "Bob Example" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("Welcome back").waitFor();
  expect(new URL(page.url()).searchParams.get("code")).toBeTypeOf("string");
});

it("nothing is loaded from elsewhere and no script may run", async () => {
  const requested: string[] = [];
  page.on("request", (request) => requested.push(new URL(request.url()).origin));
  const response = await page.goto(authorizationUrl());
  expect(new Set(requested)).toEqual(new Set([server.issuer]));
  const policy = response?.headers()["content-security-policy"];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("script-src");
  expect(policy).not.toContain("unsafe");
});

it("a narrow screen needs no sideways scrolling", async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(authorizationUrl());
  await page.getByRole("button", { name: "Alice Example" }).click();
  const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  expect(overflow).toBeLessThanOrEqual(0);
});

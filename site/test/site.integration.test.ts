import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { type HttpServer, launchChromium, startHttpServer } from "@rak-oauth/test-kit";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../src/site-paths.ts";

type Chromium = Awaited<ReturnType<typeof launchChromium>>;

const built = join(root, "site/.vitepress/dist");
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

let server: HttpServer;
let chromium: Chromium;

beforeAll(async () => {
  server = await startHttpServer(async (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    const file = path.endsWith("/") ? `${path}index.html` : extname(path) ? path : `${path}.html`;
    const body = await readFile(join(built, file)).catch(() => undefined);
    if (body === undefined) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(body), {
      headers: { "content-type": types[extname(file)] ?? "application/octet-stream" },
    });
  });
  chromium = await launchChromium();
}, 300_000);

afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** Opens a page and notes whatever goes wrong in it. */
async function open(path: string, options: Parameters<Chromium["newContext"]>[0] = {}) {
  const context = await chromium.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && origin !== server.url) faults.push(`asks ${origin}`);
  });
  await page.goto(server.url + path, { waitUntil: "networkidle" });
  return { page, faults, close: () => context.close() };
}

describe("the built site", { timeout: 300_000 }, () => {
  it("has every page of docs/ in its menu, and every page that its menu leads to", async () => {
    const { page, close } = await open("/");
    const links = await page.$$eval(".VPSidebar a", (anchors) =>
      anchors.map((anchor) => anchor.getAttribute("href") ?? ""),
    );
    await close();
    const documents = (await readdir(join(root, "docs"), { recursive: true }))
      .filter((name) => name.endsWith(".md") && !/README|node_modules/.test(name))
      .map((name) => `/docs/${name.replace(/\.md$/, "")}`);
    expect(links).toEqual(
      expect.arrayContaining([...documents, "/packages/core/", "/reference/@rak-oauth/core"]),
    );
    for (const link of links) {
      const text = await (await fetch(server.url + link)).text();
      expect(text, link).toMatch(/<h1 [^>]*>[^<]/);
    }
  });

  it.each([
    ["/", "light", 1280],
    ["/", "dark", 390],
    ["/docs/architecture", "light", 390],
    ["/docs/providers", "dark", 1280],
    ["/packages/rest-tool-adapter/", "light", 390],
    ["/examples/langgraph/", "dark", 390],
    ["/reference/@rak-oauth/core/vault", "dark", 390],
  ] as const)(
    "%s has no fault, nor one that axe finds, %s, at %i px",
    async (path, scheme, width) => {
      const axe = await readFile(createRequire(import.meta.url).resolve("axe-core"), "utf8");
      const { page, faults, close } = await open(path, {
        colorScheme: scheme,
        viewport: { width, height: 844 },
      });
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>("axe.run('.vp-doc')");
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
      ).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(
        width,
      );
      expect(faults).toEqual([]);
      await close();
    },
  );

  it("finds what is searched for", async () => {
    const { page, faults, close } = await open("/");
    await page.click(".VPNavBarSearch button");
    await page.fill("#localsearch-input", "minValidSeconds");
    const found = await page.waitForSelector(".VPLocalSearchBox .result");
    expect(await found.getAttribute("href")).toMatch(/token-manager/);
    expect(faults).toEqual([]);
    await close();
  });

  it("draws diagrams in the theme's colours", async () => {
    const { page, close } = await open("/docs/architecture", { colorScheme: "dark" });
    const text = await page.locator(".diagram svg").first().textContent();
    expect(text).toContain("token-manager");
    await close();
  });
});

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type HttpServer, launchChromium, startHttpServer } from "@rak-oauth/test-kit";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { englishMessages, germanMessages } from "../src/index.js";
import { createHtmlResponse } from "../src/page-response.js";
import { renderEveryPage } from "./every-page.js";

type Chromium = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Chromium["newPage"]>>;

const catalogues = [englishMessages, germanMessages];
const pages = catalogues.flatMap((messages) =>
  renderEveryPage(messages).map((rendered) => {
    const title = /<title>(.*)<\/title>/.exec(rendered.html)?.[1] ?? "";
    return { rendered, name: `${messages.language}: ${title}` };
  }),
);
const settings = (["light", "dark"] as const).flatMap((colorScheme) =>
  [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ].map((viewport) => ({ colorScheme, viewport, name: `${colorScheme}, ${viewport.width} px` })),
);

let chromium: Chromium;
let server: HttpServer;
let axeSource: string;

beforeAll(async () => {
  axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core"), "utf8");
  server = await startHttpServer((request) => {
    const rendered = pages[Number(new URL(request.url).pathname.slice(1))]?.rendered;
    if (rendered === undefined) return new Response(null, { status: 404 });
    return createHtmlResponse(rendered, { status: 200, hasForm: true });
  });
  chromium = await launchChromium();
}, 300_000);

afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** What axe finds wrong, in short. */
async function findFaults(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe.each(settings)("every page, $name", { timeout: 300_000 }, ({ colorScheme, viewport }) => {
  it("has nothing that axe finds fault with, and fits its window", async () => {
    // For axe alone; the pages themselves allow no script.
    const context = await chromium.newContext({ colorScheme, viewport, bypassCSP: true });
    const page = await context.newPage();
    const faults: Record<string, unknown> = {};
    const seen = new Set<string>();
    for (const [index, { name }] of pages.entries()) {
      await page.goto(`${server.url}/${index}`);
      const found: string[] = [];
      // Pages that differ in their words alone are one to axe, which takes its time.
      const skeleton = (await page.content()).replaceAll(/>[^<]+<|="[^"]*"/g, "");
      if (!seen.has(skeleton)) {
        await page.addScriptTag({ content: axeSource });
        found.push(...(await findFaults(page)));
      }
      seen.add(skeleton);
      const overhang = await page.evaluate<number>(
        "document.documentElement.scrollWidth - innerWidth",
      );
      if (overhang > 0) found.push(`${overhang} px wider than the window`);
      if (found.length > 0) faults[name] = found;
    }
    await context.close();
    expect(faults).toEqual({});
  });
});

describe("every page", { timeout: 300_000 }, () => {
  it("can be used by keyboard alone, and shows where it is", async () => {
    const page = await chromium.newPage();
    for (const [index, { name }] of pages.entries()) {
      await page.goto(`${server.url}/${index}`);
      const all = "[...document.querySelectorAll('a[href], button')]";
      const count = await page.evaluate<number>(`${all}.length`);
      const reached: number[] = [];
      for (let stop = 0; stop < count; stop += 1) {
        await page.keyboard.press("Tab");
        reached.push(await page.evaluate<number>(`${all}.indexOf(document.activeElement)`));
        const outline = "getComputedStyle(document.activeElement).outlineStyle";
        expect(await page.evaluate<string>(outline), `${name}, stop ${stop}`).toBe("solid");
      }
      expect(reached, name).toEqual([...Array(count).keys()]);
    }
    await page.close();
  });

  it("AC-12 asks for nothing but itself, and never moves", async () => {
    const page = await chromium.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    for (const index of pages.keys()) {
      await page.goto(`${server.url}/${index}`);
      expect(await page.evaluate<number>("document.getAnimations().length")).toBe(0);
    }
    const favicon = `${server.url}/favicon.ico`;
    expect(asked.filter((url) => url !== favicon)).toEqual(
      [...pages.keys()].map((index) => `${server.url}/${index}`),
    );
    await page.close();
  });
});

describe("every page in its bytes", () => {
  it.each(pages)("AC-12 is small and lets nothing run: $name", ({ rendered }) => {
    expect(Buffer.byteLength(rendered.html)).toBeLessThan(20_000);
    expect(rendered.html).not.toMatch(
      /<script|<link|<img|<iframe|src=|url\(|@import|\son\w+=|style="/,
    );
  });
});

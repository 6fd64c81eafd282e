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

/** What axe finds wrong, in short; the page holds it already. */
async function findFaults(page: Page): Promise<readonly string[]> {
  const violations = await page.evaluate<AxeResults["violations"]>(
    "axe.run().then((results) => results.violations)",
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe("every page, in each setting", () => {
  /** Of each setting, what is wrong with its pages. */
  const faults = new Map(settings.map(({ name }) => [name, {} as Record<string, unknown>]));

  beforeAll(async () => {
    // For axe alone; the pages themselves allow no script.
    const context = await chromium.newContext({ bypassCSP: true });
    const page = await context.newPage();
    const seen = new Set<string>();
    for (const [index, { name, rendered }] of pages.entries()) {
      await page.goto(`${server.url}/${index}`);
      // Pages that differ in their words alone are one to axe, which takes its time.
      const skeleton = rendered.html.replaceAll(/>[^<]+<|="[^"]*"/g, "");
      const isNew = !seen.has(skeleton);
      seen.add(skeleton);
      if (isNew) await page.evaluate(axeSource);
      for (const { colorScheme, viewport, name: setting } of settings) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        const found = isNew ? [...(await findFaults(page))] : [];
        const [scheme, width, overhang] = await page.evaluate<[boolean, number, number]>(
          `[matchMedia("(prefers-color-scheme: ${colorScheme})").matches, innerWidth, document.documentElement.scrollWidth - innerWidth]`,
        );
        expect([scheme, width]).toEqual([true, viewport.width]);
        if (overhang > 0) found.push(`${overhang} px wider than the window`);
        if (found.length > 0) Object.assign(faults.get(setting) ?? {}, { [name]: found });
      }
    }
    await context.close();
  });

  it.each(settings)(
    "$name, has nothing that axe finds fault with, and fits its window",
    ({ name }) => {
      expect(faults.get(name)).toEqual({});
    },
  );
});

describe("every page", () => {
  interface Visit {
    readonly name: string;
    readonly animations: number;
    /** How many links and buttons it has. */
    readonly count: number;
    /** For as many strokes of the tab key: which one had the focus, and in what outline. */
    readonly stops: readonly (readonly [reached: number, outline: string])[];
  }
  const visits: Visit[] = [];
  const asked: string[] = [];

  beforeAll(async () => {
    const page = await chromium.newPage();
    page.on("request", (request) => asked.push(request.url()));
    const all = "[...document.querySelectorAll('a[href], button')]";
    for (const [index, { name }] of pages.entries()) {
      await page.goto(`${server.url}/${index}`);
      const [animations, count] = await page.evaluate<[number, number]>(
        `[document.getAnimations().length, ${all}.length]`,
      );
      const stops: [number, string][] = [];
      while (stops.length < count) {
        await page.keyboard.press("Tab");
        stops.push(
          await page.evaluate<[number, string]>(
            `[${all}.indexOf(document.activeElement), getComputedStyle(document.activeElement).outlineStyle]`,
          ),
        );
      }
      visits.push({ name, animations, count, stops });
    }
    await page.close();
  });

  it("can be used by keyboard alone, and shows where it is", () => {
    expect(visits.map(({ name }) => name)).toEqual(pages.map(({ name }) => name));
    for (const { name, count, stops } of visits) {
      expect(stops, name).toEqual([...Array(count).keys()].map((index) => [index, "solid"]));
    }
  });

  it("AC-12 asks for nothing but itself, and never moves", () => {
    expect(visits.map(({ animations }) => animations)).toEqual(pages.map(() => 0));
    const favicon = `${server.url}/favicon.ico`;
    expect(asked.filter((url) => url !== favicon)).toEqual(
      [...pages.keys()].map((index) => `${server.url}/${index}`),
    );
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

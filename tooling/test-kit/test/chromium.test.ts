import { expect, it, vi } from "vitest";
import { findChromium, launchChromium, startHttpServer } from "../src/index.js";

it("shows a page in a real browser", { timeout: 300_000 }, async () => {
  const server = await startHttpServer(
    () =>
      new Response("<title>Hello</title><p>from the test</p>", {
        headers: { "content-type": "text/html" },
      }),
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    expect(await page.title()).toBe("Hello");
    expect(await page.textContent("p")).toBe("from the test");
  } finally {
    await browser.close();
    await server.stop();
  }
});

it("takes the browser that CHROMIUM_PATH names, and says so when it is none", async () => {
  vi.stubEnv("CHROMIUM_PATH", process.execPath);
  expect(await findChromium()).toBe(process.execPath);
  vi.stubEnv("CHROMIUM_PATH", "/nowhere/chromium");
  await expect(findChromium()).rejects.toThrow(/CHROMIUM_PATH names \/nowhere\/chromium/);
});

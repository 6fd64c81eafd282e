import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findFreePort, launchChromium } from "@rak-oauth/test-kit";
import { expect, it } from "vitest";
import { isFromSlack, signFor } from "../src/is-from-slack.js";

const folder = fileURLToPath(new URL("..", import.meta.url));

it("searches as alice once she has connected, and asks her once", async () => {
  const chromium = await launchChromium();
  const flags = ["--import", "tsx", "--conditions=@rak-oauth/source", "src/with-stand-in.ts"];
  const bot = spawn(process.execPath, flags, {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", PORT: String(await findFreePort()) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(bot, "close");
  const lines: string[] = [];
  for await (const line of createInterface({ input: bot.stdout })) {
    const link = /http:\S+\/oauth2\/connect\S+/.exec(line)?.[0];
    lines.push(link === undefined ? line : line.replace(link, "(link)"));
    if (link === undefined) continue;
    const page = await chromium.newPage();
    await page.goto(link);
    await page.click(".primary");
    await page.click(".primary");
    await page.waitForSelector("text=Slack connected");
  }
  await chromium.close();
  expect(lines).toEqual([
    "alice: the budget",
    "bot, to alice alone: Let me search as you: (link)",
    "bot, to alice alone: • alice may read this about the budget",
    "alice: the offsite",
    "bot, to alice alone: • alice may read this about the offsite",
  ]);
  expect(await closed).toEqual([0, null]);
});

it("believes Slack's signature of this moment, and nothing else", () => {
  const now = String(Math.floor(Date.now() / 1000));
  const headers = (time: string, signature: string) =>
    new Headers({ "x-slack-request-timestamp": time, "x-slack-signature": signature });
  const good = headers(now, signFor(now, "body", "secret"));
  expect(isFromSlack(good, "body", "secret")).toBe(true);
  expect(isFromSlack(good, "another body", "secret")).toBe(false);
  expect(isFromSlack(good, "body", "another secret")).toBe(false);
  expect(isFromSlack(headers(now, "v0=00"), "body", "secret")).toBe(false);
  const old = String(Number(now) - 600);
  expect(isFromSlack(headers(old, signFor(old, "body", "secret")), "body", "secret")).toBe(false);
  expect(isFromSlack(new Headers(), "body", "secret")).toBe(false);
});

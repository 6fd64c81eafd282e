import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  type AuthorizationServer,
  launchChromium,
  startAuthorizationServer,
} from "../src/index.js";

let browser: Browser;
let server: AuthorizationServer;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let device: Readonly<
  Record<"user_code" | "verification_uri" | "verification_uri_complete", string>
>;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      {
        clientId: "television",
        name: "Television <4K>",
        authentication: "none",
        grantTypes: ["urn:ietf:params:oauth:grant-type:device_code"],
      },
    ],
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

beforeEach(async () => {
  const response = await fetch(`${server.issuer}/device/auth`, {
    method: "POST",
    body: new URLSearchParams({ client_id: "television", scope: "openid calendar.read" }),
  });
  device = (await response.json()) as typeof device;
  context = await browser.newContext();
  page = await context.newPage();
  complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon")) {
      complaints.push(message.text());
    }
  });
});

afterEach(() => context.close());

it("a person types the code of the device, signs in and allows", async () => {
  await page.goto(device.verification_uri);
  await page.getByLabel("The code that the device shows").fill("WRNG-CODE");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("alert").filter({ hasText: "No device waits" }).waitFor();
  await page.getByLabel("The code that the device shows").fill(device.user_code);
  await page.keyboard.press("Enter");
  await page.getByText(`Television <4K> should show this code: ${device.user_code}`).waitFor();
  await page.getByRole("button", { name: "Yes" }).click();
  await page.getByRole("button", { name: "Alice Example" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByRole("heading", { name: "The device is connected" }).waitFor();
  expect(complaints).toEqual([]);
});

it("a person who followed the whole address can use another account", async () => {
  await page.goto(device.verification_uri_complete);
  await page.getByRole("button", { name: "Yes" }).click();
  await page.getByRole("button", { name: "Alice Example" }).click();
  await page.getByRole("button", { name: "Use another account" }).click();
  await page.getByRole("button", { name: "Yes" }).click();
  await page.getByRole("button", { name: "Bob Example" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByRole("heading", { name: "The device is connected" }).waitFor();
});

it("a person says that the device is not theirs", async () => {
  await page.goto(device.verification_uri_complete);
  await page.getByRole("button", { name: "No" }).click();
  await page.getByRole("heading", { name: "The device is not connected" }).waitFor();
});

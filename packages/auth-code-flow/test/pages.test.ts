import { createHash } from "node:crypto";
import type { AuthorizationFailure } from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import { englishMessages, type FlowPage, germanMessages, renderDefaultPage } from "../src/index.js";
import { Browser } from "./browser.js";
import { connectUrl, createWorld } from "./world.js";

const hostile = `"><img src=x onerror=alert(1)>'&`;
const failures: readonly (AuthorizationFailure | "not_found")[] = [
  "access_denied",
  "expired",
  "invalid_request",
  "invalid_state",
  "issuer_mismatch",
  "wrong_user",
  "provider_error",
  "server_error",
  "not_found",
];
const subject = { displayName: "Example", applicationName: "Acme agent", userName: "alice" };
const continueUrl = `${connectUrl}?request=id&continue=proof`;
const action = "https://agent.example/oauth2/confirm?request=id";
const pages: readonly FlowPage[] = [
  { kind: "ask_user", ...subject, continueUrl, action, proof: "p" },
  { kind: "confirm_account", ...subject, action, proof: "proof" },
  { kind: "stopped", displayName: "Example", revoked: true },
  { kind: "stopped", displayName: "Example", revoked: false },
  { kind: "connected", displayName: "Example" },
  ...failures.map((failure) => ({ kind: "failed", failure }) as const),
];

const catalogues = [englishMessages, germanMessages];
const drawings = pages.flatMap((page) => catalogues.map((messages) => ({ page, messages })));

describe("the pages", () => {
  it.each(drawings)("AC-12 let nothing run and load nothing: %o", ({ page, messages }) => {
    const { html } = renderDefaultPage(page, messages);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|src=|url\(|@import|\son\w+=|style="/);
    expect(html).toMatch(/<html lang="(en|de)" dir="ltr">[\s\S]*<title>[^<]+<\/title>/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toMatch(/<p class="next">[^<]+<\/p>/);
    expect(Buffer.byteLength(html)).toBeLessThan(20_000);
  });

  it("AC-12 escape every value", () => {
    const account = { subject: "s", email: hostile };
    const replacedAccount = { subject: "t", name: hostile };
    const returnTo = new URL(`https://app.example/?x=${hostile}`).href;
    const hostileSubject = {
      displayName: hostile,
      applicationName: hostile,
      userName: hostile,
    };
    for (const page of [
      {
        kind: "ask_user",
        ...hostileSubject,
        continueUrl: hostile,
        action: hostile,
        proof: hostile,
      },
      {
        kind: "confirm_account",
        ...hostileSubject,
        account,
        replacedAccount,
        action: hostile,
        proof: hostile,
      },
      { kind: "stopped", displayName: hostile, revoked: false },
      { kind: "connected", displayName: hostile, account, replacedAccount, returnTo },
      {
        kind: "failed",
        failure: "provider_error",
        displayName: hostile,
        detail: hostile,
        returnTo,
      },
    ] as const) {
      const { html } = renderDefaultPage(page);
      expect(html).not.toContain("<img");
      expect(html).toContain("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&#39;&amp;");
    }
  });

  it("say of an account whose address its provider has not confirmed that it is so", () => {
    const account = { subject: "s", email: "alice@example.com", emailVerified: false };
    const page = { kind: "connected", displayName: "Google", account } as const;
    expect(renderDefaultPage(page).html).toContain("alice@example.com (address not confirmed)");
  });

  it("AC-12 are sent with headers that keep them private and inert", async () => {
    const response = await new Browser(createWorld().createFlow()).get(connectUrl);
    const { style = "" } = renderDefaultPage({ kind: "connected", displayName: "Example" });
    const hash = createHash("sha256").update(style).digest("base64");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "content-type": "text/html; charset=utf-8",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    expect(await response.text()).toContain(`<style>${style}</style>`);
  });

  it("can be drawn by the application", async () => {
    const drawn: FlowPage[] = [];
    const flow = createWorld().createFlow({
      renderPage: (page) => {
        drawn.push(page);
        return { html: "<!doctype html><title>Ours</title>" };
      },
    });
    const response = await new Browser(flow).get(connectUrl);
    expect(await response.text()).toBe("<!doctype html><title>Ours</title>");
    expect(response.headers.get("content-security-policy")).toContain("style-src 'none'");
    expect(drawn).toMatchObject([{ kind: "failed", failure: "invalid_request" }]);
  });
});

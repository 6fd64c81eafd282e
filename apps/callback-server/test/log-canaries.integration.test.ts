import { findFreePort, startHostileServer, startRedis } from "@rak-oauth/test-kit";
import { expect, it, onTestFinished } from "vitest";
import { consentTo } from "./consent-to.js";
import { deploy } from "./deployment.js";
import { startServerProcess } from "./server-process.js";

it("EV-01 no log line of flows that end in any way holds a secret", {
  timeout: 120_000,
}, async () => {
  const redis = await startRedis({ ignoreEnvironment: true });
  onTestFinished(() => redis.stop());
  const provider = await startHostileServer();
  onTestFinished(() => provider.stop());
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const endpoints = {
    issuer: provider.url,
    authUrl: `${provider.url}/authorize`,
    tokenUrl: `${provider.url}/token`,
    scopes: ["calendar.read"],
  };
  const deployment = await deploy({ kind: "redis", url: redis.url }, endpoints, publicUrl);
  const server = startServerProcess({
    ...deployment.settings,
    PORT: String(port),
    LOG_LEVEL: "debug",
  });
  onTestFinished(async () => {
    server.process.kill("SIGKILL");
    await server.ended;
  });
  await server.logged("ready");
  const agent = await deployment.openAgent();
  const secrets = new Set([
    provider.canary,
    deployment.clientSecret,
    deployment.keyLine.split(":")[1] ?? "",
    "canary",
  ]);
  const begin = async (userId: string) => {
    const started = await agent.flow.start({ provider: "calendar", userId });
    const browser = await consentTo(started.url);
    const { searchParams } = new URL(browser.callbackUrl);
    secrets.add(started.id).add(browser.cookie.split("=")[1] ?? "");
    for (const name of ["code", "state"]) secrets.add(searchParams.get(name) ?? "");
    return browser;
  };
  const statuses: number[] = [];
  const ask = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    const url = new URL(path, publicUrl);
    statuses.push((await fetch(url, { headers, method, redirect: "manual" })).status);
  };

  const completed = await begin("completed");
  expect((await completed.comeBack()).status).toBe(200);
  expect((await completed.comeBack()).status, "a repeated callback").toBe(200);
  await ask(completed.callbackUrl, { cookie: "rak-oauth=canary" });

  const denied = await begin("denied");
  const refusal = new URL(denied.callbackUrl);
  refusal.searchParams.delete("code");
  refusal.searchParams.set("error", "access_denied");
  refusal.searchParams.set("error_description", "canary");
  await ask(refusal.href, { cookie: denied.cookie });

  const mixedUp = await begin("mixed-up");
  const elsewhere = new URL(mixedUp.callbackUrl);
  elsewhere.searchParams.set("iss", "https://canary.example");
  await ask(elsewhere.href, { cookie: mixedUp.cookie });

  for (const [index, body] of [
    '{"error":"invalid_grant","error_description":"canary"}',
    "<html>canary</html>",
    '{"access_token":"canary","token_type":"mac"}',
  ].entries()) {
    const failed = await begin(`failed-${index}`);
    provider.answerNext({ status: index === 2 ? 200 : 400, body });
    expect((await failed.comeBack()).status).not.toBe(200);
  }

  await ask("/oauth2/callback/calendar?code=canary&state=canary", {
    authorization: "Bearer canary",
  });
  await ask("/oauth2/connect?request=canary", { cookie: "session=canary" });
  await ask("/nowhere?token=canary", { "x-request-id": "canary canary" });
  await ask("/oauth2/callback/calendar?code=canary", {}, "POST");
  expect(statuses.filter((status) => status >= 500)).toEqual([]);

  await redis.kill();
  await ask("/oauth2/connect?request=canary");
  await ask("/readyz?canary");
  server.process.kill("SIGTERM");
  await server.ended;

  const { stdout, stderr } = server.output;
  expect(stdout).toContain('"msg":"refused"');
  expect(stdout).toContain('"failure":"issuer_mismatch"');
  expect(secrets.has("")).toBe(false);
  for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  for (const line of stdout.trimEnd().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
});

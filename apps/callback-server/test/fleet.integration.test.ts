import type { Storage } from "@rak-oauth/environment";
import { findFreePort, startHostileServer } from "@rak-oauth/test-kit";
import { describe, expect, it, onTestFinished } from "vitest";
import { consentTo } from "./consent-to.js";
import { sharedDatabases } from "./databases.js";
import { deploy } from "./deployment.js";
import { startRoundRobinProxy } from "./round-robin-proxy.js";
import { type ServerProcess, startServerProcess } from "./server-process.js";

const key = { provider: "calendar" };

describe.each(sharedDatabases)("three servers on one %s", { timeout: 180_000 }, (_name, start) => {
  it("AC-03 fifty callbacks of one state, spread over all, cause one token request", async () => {
    const fleet = await startFleet(await start());
    const started = await fleet.agent.flow.start({ ...key, userId: "alice" });
    const browser = await consentTo(started.url);
    const from = fleet.proxy.passed.length;
    const answers = await Promise.all(Array.from({ length: 50 }, () => browser.comeBack()));
    const backends = fleet.proxy.passed.slice(from).map(({ backend }) => backend);
    expect(new Set(backends).size).toBe(3);
    expect(fleet.tokenRequests()).toBe(1);
    for (const { status, body } of answers) {
      expect(body).toContain("Calendar connected");
      expect(status).toBe(200);
    }
    expect(await fleet.agent.flow.waitForAuthorization(started.id)).toEqual({
      status: "completed",
    });
    expect(await fleet.agent.credentials.getCredentials({ ...key, userId: "alice" })).toBeDefined();
  });

  it("one of them is killed, and all flows end but those whose callback was inside it", async () => {
    const fleet = await startFleet(await start());
    const users = Array.from({ length: 9 }, (_, index) => `user-${index}`);
    const flows = await Promise.all(
      users.map(async (userId) => {
        const started = await fleet.agent.flow.start({ ...key, userId });
        return { userId, started, browser: await consentTo(started.url) };
      }),
    );
    const hold = fleet.provider.hold();
    const from = fleet.proxy.passed.length;
    const early = flows.slice(0, 6);
    const answers = Promise.all(early.map(({ browser }) => browser.comeBack()));
    await hold.arrived(early.length);
    const [victim] = fleet.servers;
    if (victim === undefined) return expect.unreachable("there are three");
    victim.process.process.kill("SIGKILL");
    await victim.process.ended;
    hold.release();

    const inVictim = fleet.proxy.passed
      .slice(from)
      .filter(({ backend }) => backend === victim.origin)
      .map(({ url }) => `${fleet.proxy.url}${url}`);
    const lost = early.filter(({ browser }) => inVictim.includes(browser.callbackUrl));
    expect(lost).toHaveLength(2);
    for (const [index, { status }] of (await answers).entries()) {
      expect(status).toBe(lost.includes(early[index] as (typeof early)[number]) ? 502 : 200);
    }

    // The balancer notices that it is gone, and the flows that were open go on at the others.
    fleet.proxy.backends = fleet.servers.slice(1).map(({ origin }) => origin);
    const late = flows.slice(6);
    for (const { status } of await Promise.all(late.map(({ browser }) => browser.comeBack()))) {
      expect(status).toBe(200);
    }
    for (const flow of flows) {
      const { userId, started } = flow;
      const stored = await fleet.agent.credentials.getCredentials({ ...key, userId });
      if (lost.includes(flow)) {
        expect(stored).toBeUndefined();
        // Nobody's code is spent twice: who was inside starts again, and that works.
        const again = await fleet.agent.flow.start({ ...key, userId });
        expect(again.id).not.toBe(started.id);
        expect((await (await consentTo(again.url)).comeBack()).status).toBe(200);
      } else {
        expect(await fleet.agent.flow.waitForAuthorization(started.id)).toEqual({
          status: "completed",
        });
        expect(stored).toBeDefined();
      }
    }
  });
});

async function startFleet(storage: Storage) {
  const provider = await startHostileServer();
  onTestFinished(() => provider.stop());
  const proxy = await startRoundRobinProxy();
  onTestFinished(() => proxy.stop());
  const endpoints = {
    issuer: provider.url,
    authUrl: `${provider.url}/authorize`,
    tokenUrl: `${provider.url}/token`,
    scopes: ["calendar.read"],
  };
  const deployment = await deploy(storage, endpoints, proxy.url);
  const servers = await Promise.all([1, 2, 3].map(() => startServer(deployment.settings)));
  proxy.backends = servers.map(({ origin }) => origin);
  return {
    provider,
    proxy,
    servers,
    agent: await deployment.openAgent(),
    tokenRequests: () => provider.requests.filter(({ endpoint }) => endpoint === "token").length,
  };
}

async function startServer(
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly origin: string; readonly process: ServerProcess }> {
  const port = await findFreePort();
  const process = startServerProcess({ ...settings, PORT: String(port) });
  onTestFinished(async () => {
    process.process.kill("SIGKILL");
    await process.ended;
  });
  await process.logged("ready");
  return { origin: `http://127.0.0.1:${port}`, process };
}

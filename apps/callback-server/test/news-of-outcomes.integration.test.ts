import type { Scheduler } from "@rak-oauth/auth-code-flow";
import { findFreePort, startHostileServer } from "@rak-oauth/test-kit";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { consentTo } from "./consent-to.js";
import { sharedDatabases } from "./databases.js";
import { deploy } from "./deployment.js";
import { startServerProcess } from "./server-process.js";

/** Time never passes for who waits by it: nothing but news ends a pause, so looking again and again finds nothing. */
function stopTime() {
  const pausesMs: number[] = [];
  const scheduler: Scheduler = {
    wait(delayMs, { signal }) {
      pausesMs.push(delayMs);
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  };
  return { pausesMs, scheduler };
}

describe.each(sharedDatabases)(
  "an agent that shares %s with the server",
  {
    timeout: 60_000,
  },
  (_name, start) => {
    it("hears from another process how an authorization ended, and does not find it by looking", async () => {
      const provider = await startHostileServer();
      onTestFinished(() => provider.stop());
      const port = await findFreePort();
      const deployment = await deploy(
        await start(),
        {
          issuer: provider.url,
          authUrl: `${provider.url}/authorize`,
          tokenUrl: `${provider.url}/token`,
          scopes: ["calendar.read"],
        },
        `http://127.0.0.1:${port}`,
      );
      const server = startServerProcess({ ...deployment.settings, PORT: String(port) });
      onTestFinished(async () => {
        server.process.kill("SIGKILL");
        await server.ended;
      });
      await server.logged("ready");
      const { pausesMs, scheduler } = stopTime();
      const agent = await deployment.openAgent({ scheduler });
      const other = await deployment.openAgent();
      const looks = vi.spyOn(agent.pendingAuthorizations, "read");

      /** Starts an authorization, and waits until the agent waits for it. */
      const waitFor = async (userId: string) => {
        const started = await agent.flow.start({ provider: "calendar", userId });
        const pauses = pausesMs.length;
        const outcome = agent.flow.waitForAuthorization(started.id);
        await vi.waitFor(() => expect(pausesMs).toHaveLength(pauses + 1));
        return { ...started, outcome };
      };
      const completed = await waitFor("alice");
      const denied = await waitFor("bob");
      const expired = await waitFor("carol");

      const alice = await consentTo(completed.url);
      expect((await alice.comeBack()).status).toBe(200);
      expect(await completed.outcome).toEqual({ status: "completed" });

      const bob = await consentTo(denied.url);
      const refusal = new URL(bob.callbackUrl);
      refusal.searchParams.delete("code");
      refusal.searchParams.set("error", "access_denied");
      await fetch(refusal, { headers: { cookie: bob.cookie } });
      expect(await denied.outcome).toEqual({ status: "denied", failure: "access_denied" });

      // What the process does whose provider says that the user took too long.
      await other.pendingAuthorizations.settle(expired.id, {
        status: "failed",
        failure: "expired",
      });
      expect(await expired.outcome).toEqual({ status: "expired", failure: "expired" });

      expect(pausesMs).toHaveLength(3);
      for (const { id } of [completed, denied, expired]) {
        const own = looks.mock.calls.filter(([read]) => read === id);
        expect(own, "one look before the news, and one after").toHaveLength(2);
      }
    });
  },
);

import {
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  StoreUnavailableError,
} from "@rak-oauth/core";
import { expect, it, onTestFinished, vi } from "vitest";
import { createCallbackServer } from "../src/create-callback-server.js";
import { createStoreCheck } from "../src/readiness.js";

function stores() {
  return {
    credentials: new MemoryCredentialStore(),
    pendingAuthorizations: new MemoryPendingAuthorizationStore(),
  };
}

async function ask(checkParts: () => Promise<Readonly<Record<string, string>>>) {
  const server = createCallbackServer({ handler: () => new Response(), checkParts });
  const response = await server.fetch(new Request("http://localhost/readyz"));
  return { status: response.status, body: await response.json() };
}

it("is ready when both stores answer", async () => {
  expect(await ask(createStoreCheck(stores()))).toEqual({
    status: 200,
    body: { status: "ready", parts: { credentials: "ok", pending_authorizations: "ok" } },
  });
});

it("says which store fails, and how, without its words", async () => {
  const opened = stores();
  vi.spyOn(opened.credentials, "read").mockRejectedValue(
    new StoreUnavailableError("postgresql://user:canary@host does not answer."),
  );
  vi.spyOn(opened.pendingAuthorizations, "find").mockRejectedValue(new Error("canary"));
  const { status, body } = await ask(createStoreCheck(opened));
  expect(status).toBe(503);
  expect(body).toEqual({
    status: "not_ready",
    parts: { credentials: "store_unavailable", pending_authorizations: "internal_error" },
  });
});

it("does not wait for a store that hangs, and does not pile up questions to it", async () => {
  const opened = stores();
  const read = vi.spyOn(opened.credentials, "read").mockReturnValue(new Promise(() => {}));
  const check = createStoreCheck(opened, { timeoutMs: 1 });
  for (let time = 0; time < 3; time += 1) {
    expect((await ask(check)).body).toMatchObject({ parts: { credentials: "no_answer" } });
  }
  expect(read).toHaveBeenCalledTimes(1);
});

it("is not ready from the moment it stops, and still serves until its delay is over", async () => {
  const server = createCallbackServer({ handler: () => new Response("served") });
  onTestFinished(async () => {
    await server.stop();
  });
  const origin = await server.listen({ port: 0 });
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  void server.stop({ delayMs: 60_000 });
  const response = await fetch(`${origin}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: "not_ready", parts: { server: "draining" } });
  expect(response.headers.get("connection")).toBe("close");
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${origin}/oauth2/connect`)).text()).toBe("served");
  expect(server.stopping.aborted).toBe(false);
});

it("ends who waits for something when it stops", async () => {
  let entered = () => {};
  const isWaiting = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const server = createCallbackServer({
    handler: async () => {
      entered();
      if (!server.stopping.aborted) {
        await new Promise((resolve) => server.stopping.addEventListener("abort", resolve));
      }
      return new Response("pending");
    },
  });
  const origin = await server.listen({ port: 0 });
  const poll = fetch(`${origin}/api/authorizations/1`);
  await isWaiting;
  expect(await server.stop()).toBe(true);
  expect(await (await poll).text()).toBe("pending");
});

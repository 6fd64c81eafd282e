import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { StoreUnavailableError } from "@rak-oauth/core";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createConnectionsPage } from "../src/index.js";
import { toNodeHandler } from "../src/to-node-handler.js";
import { openApiWorld } from "./api/api-world.js";
import { createWorld, origin } from "./world.js";

type OnFailure = () => void;

async function statusOfNodeHandler(onFailure: OnFailure): Promise<number> {
  const handler = toNodeHandler(() => Promise.reject(new Error("no")), { onFailure });
  let handled: Promise<void> | undefined;
  const server = createServer((incoming, outgoing) => {
    handled = handler(incoming, outgoing);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, "listening");
  const { status } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await handled;
  return status;
}

async function statusOfConnectionsPage(onFailure: OnFailure, userId?: string): Promise<number> {
  const world = createWorld();
  const handle = createConnectionsPage({
    pageUrl: `${origin}/connections`,
    identifyUser: () => (userId === undefined ? Promise.reject(new Error("no")) : { userId }),
    credentials: world.credentials,
    managers: new Map(),
    flow: world.createFlow(),
    onFailure,
  });
  return (await handle(new Request(`${origin}/connections`))).status;
}

async function statusOfFlow(onFailure: OnFailure): Promise<number> {
  const { handler } = createWorld().createFlow({ onFailure });
  return (await handler(new Request(`${origin}/oauth2/callback?state=x&code=y`))).status;
}

async function statusOfApi(onFailure: OnFailure): Promise<number> {
  const { ask, credentialStore } = await openApiWorld({ onFailure });
  vi.spyOn(credentialStore, "list").mockRejectedValue(new StoreUnavailableError("away"));
  return (await ask("GET", "/connections?userId=alice")).status;
}

describe.each<[string, (onFailure: OnFailure) => Promise<number>, number]>([
  ["toNodeHandler", statusOfNodeHandler, 500],
  ["createConnectionsPage", statusOfConnectionsPage, 500],
  ["createConnectionsPage", (told) => statusOfConnectionsPage(told, "x".repeat(513)), 403],
  ["AuthorizationCodeFlow", statusOfFlow, 400],
  ["createAgentApi", statusOfApi, 503],
])("onFailure of %s", (owner, statusOf, status) => {
  it.each<[string, OnFailure]>([
    [
      "throws",
      () => {
        throw new RangeError("canary");
      },
    ],
    ["rejects", async () => Promise.reject(new RangeError("canary"))],
  ])(
    `that %s disturbs no answer of ${status}, and is warned of by name alone`,
    async (_how, told) => {
      const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
      expect(await statusOf(told)).toBe(status);
      const warning = await warned;
      expect(warning).toMatchObject({ code: "RAK_OAUTH_ON_FAILURE" });
      expect(warning.message).toBe(`onFailure of ${owner} threw: RangeError.`);
    },
  );
});

import { once } from "node:events";
import { createInterface } from "node:readline";
import { type AuthorizationServer, signIn, startAuthorizationServer } from "@rak-oauth/test-kit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startChild } from "./child-process.js";

let server: AuthorizationServer;

beforeAll(async () => {
  server = await startAuthorizationServer({
    clients: [
      {
        clientId: "cli",
        authentication: "none",
        applicationType: "native",
        redirectUris: ["http://127.0.0.1/callback"],
      },
    ],
  });
});

afterAll(() => server.stop());

it.each([
  ["signed in", "300000", "allow", "signed in as alice"],
  ["refused", "300000", "deny", "access_denied"],
  ["gone", "1", undefined, "expired"],
] as const)("the process ends by itself when its user has %s", async (...situation) => {
  const [, timeoutMs, decision, said] = situation;
  const child = startChild("sign-in", server.issuer, timeoutMs);
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = (await lines.next()).value as string;
  if (decision !== undefined) await signIn({ url, user: "alice", decision });
  expect((await lines.next()).value).toBe(said);
  expect(await exited).toEqual([0, null]);
});

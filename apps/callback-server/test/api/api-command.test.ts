import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashApiKey } from "@rak-oauth/auth-code-flow/api";
import { findFreePort } from "@rak-oauth/test-kit";
import { describe, expect, it, onTestFinished } from "vitest";
import { startServerProcess } from "../server-process.js";

describe("the command", { timeout: 240_000 }, () => {
  async function serve(settings: Readonly<Record<string, string>>) {
    const folder = await mkdtemp(join(tmpdir(), "callback-server-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const port = await findFreePort();
    const server = startServerProcess({
      PORT: String(port),
      GITHUB_CLIENT_ID: "id",
      RAK_OAUTH_DATA_FOLDER: folder,
      ...settings,
    });
    onTestFinished(async () => {
      server.process.kill("SIGKILL");
      await server.ended;
    });
    await server.logged("ready");
    return { server, api: `http://127.0.0.1:${port}/api/v1` };
  }

  it("makes an API key that the server takes by its hash, on the embedded database", async () => {
    const { ended, output } = startServerProcess({}, ["--generate-api-key"]);
    expect(await ended).toBe(0);
    const [, key = "", , hash = ""] = output.stdout.split("\n");
    expect(hashApiKey(key)).toBe(hash);

    const { server, api } = await serve({ RAK_OAUTH_API_KEYS: `agent:${hash}` });
    const ask = (authorization: string) =>
      fetch(`${api}/connections?userId=alice`, { headers: { authorization } });
    expect(await (await ask(`Bearer ${key}`)).json()).toEqual({ connections: [] });
    expect((await ask(`Bearer ${key}x`)).status).toBe(401);
    expect(server.output.stdout).not.toContain(key);
  });

  it("has no API without a client, and says so", async () => {
    const { server, api } = await serve({});
    await server.logged(
      "The API is off, for it has no client. Set RAK_OAUTH_API_KEYS or RAK_OAUTH_API_CLIENTS_FILE to have /api/v1.",
    );
    for (const path of ["/openapi.json", "/connections?userId=alice", ""]) {
      const response = await fetch(`${api}${path}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        detail: "The API is off here: no client is configured.",
      });
    }
  });
});

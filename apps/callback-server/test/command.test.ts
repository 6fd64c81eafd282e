import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "@rak-oauth/test-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServerProcess, startServerProcess } from "./server-process.js";

const startTimeoutMs = 120_000;

describe("the command", { timeout: startTimeoutMs }, () => {
  let folder: string;
  let server: ServerProcess | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "callback-server-"));
  });

  afterEach(async () => {
    if (server && server.process.exitCode === null) {
      server.process.kill("SIGKILL");
      await server.ended;
    }
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  function start(settings: Readonly<Record<string, string>>, ...commandLine: string[]) {
    server = startServerProcess({ RAK_OAUTH_DATA_FOLDER: folder, ...settings }, commandLine);
    return server;
  }

  it("prints its help and ends well", async () => {
    const { ended, output } = start({}, "--help");
    expect(await ended).toBe(0);
    for (const name of ["PORT", "PUBLIC_URL", "RAK_OAUTH_KEYS", "DATABASE_URL", "REDIS_URL"]) {
      expect(output.stdout).toContain(name);
    }
  });

  it("makes a key that it takes", async () => {
    const { ended, output } = start({}, "--generate-key");
    expect(await ended).toBe(0);
    expect(output.stdout).toMatch(/^\d{4}-\d{2}:[\w+/]{43}=\n$/);
  });

  it("does not guess what an unknown word means", async () => {
    const { ended, output } = start({}, "--prot", "80");
    expect(await ended).toBe(1);
    expect(output.stderr).toBe('"--prot 80" is not known. --help tells what is.\n');
  });

  it("EV-02 tells every wrong setting at once, and ends with 1", async () => {
    const { ended, output } = start({
      PORT: "80000",
      PUBLIC_URL: "http://agent.example.com",
      RAK_OAUTH_KEYS: "canary",
      LOG_LEVEL: "loud",
    });
    expect(await ended).toBe(1);
    expect(output.stdout).toBe("");
    expect(output.stderr).toMatch(
      /^The callback server cannot start, because 5 settings are wrong:/,
    );
    for (const name of ["PORT", "PUBLIC_URL", "RAK_OAUTH_KEYS", "LOG_LEVEL"]) {
      expect(output.stderr).toMatch(new RegExp(`^ {2}${name} .*(must|gives no keys)`, "m"));
    }
    expect(output.stderr).toMatch(/^ {2}RAK_OAUTH_PROVIDERS_FILE is missing/m);
    expect(output.stderr).not.toContain("canary");
    expect(output.stderr).not.toContain(" at ");
  });

  it("AC-14 serves on the embedded database, refuses what is too long, and drains on SIGTERM", async () => {
    const port = await findFreePort();
    const settings = { PORT: String(port), GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "canary" };
    const { logged, output, ended, process } = start(settings);
    expect(await logged("ready")).toMatchObject({
      listening: `http://127.0.0.1:${port}`,
      storage: "embedded",
      providers: [
        {
          provider: "github",
          redirectUri: `http://127.0.0.1:${port}/oauth2/callback/github`,
        },
      ],
    });
    expect(output.stdout).toContain("DEVELOPMENT KEY");
    expect((await stat(join(folder, "development.key"))).mode & 0o777).toBe(0o600);

    const origin = `http://127.0.0.1:${port}`;
    const health = await fetch(`${origin}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ status: "ok" });
    const callback = await fetch(`${origin}/oauth2/callback/github?code=canary&state=canary`);
    expect(callback.status).toBe(400);
    expect(await logged("refused")).toMatchObject({ step: "callback" });
    expect(await statusOf(port, `/oauth2/callback/github?code=${"x".repeat(1_000_000)}`)).toBe(431);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);

    process.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(output.stdout).toContain('"msg":"stopped"');
    expect(output.stdout).not.toContain("canary");
    expect(output.stderr).toBe("");
  });

  it.each([
    ["HOST", "203.0.113.1", "EADDRNOTAVAIL"],
    ["HOST", "nowhere.invalid", "(ENOTFOUND|EAI_AGAIN)"],
    ["METRICS_HOST", "nowhere.invalid", "(ENOTFOUND|EAI_AGAIN)"],
  ])("EV-02 says in a line that %s %s is no address of this machine", async (name, host, code) => {
    const [port, metricsPort] = [await findFreePort(), await findFreePort()];
    const metrics = name === "METRICS_HOST" ? { METRICS_PORT: String(metricsPort) } : {};
    const settings = { PORT: String(port), GITHUB_CLIENT_ID: "id", ...metrics };
    const { ended, output } = start({ ...settings, [name]: host });
    expect(await ended).toBe(1);
    expect(output.stderr).toMatch(new RegExp(`${name}.*${code}.*Set `));
    expect(output.stderr).not.toContain("    at ");
  });

  it("says at once that its port is taken", async () => {
    const port = await findFreePort();
    const other = createServer().listen(port, "127.0.0.1");
    await once(other, "listening");
    const { ended, output } = start({ PORT: String(port), GITHUB_CLIENT_ID: "id" });
    expect(await ended).toBe(1);
    expect(output.stderr).toMatch(
      new RegExp(
        `\n  PORT ${port} is taken by another program\\. Stop it, or set PORT to a free one\\.\n$`,
      ),
    );
    other.close();
    await once(other, "close");
  });
});

/** The status of a GET, also where the server ends the connection before all of it was read. */
async function statusOf(port: number, path: string): Promise<number | undefined> {
  const asked = request({ port, path, host: "127.0.0.1" }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.resume();
  asked.on("error", () => {});
  return response.statusCode;
}

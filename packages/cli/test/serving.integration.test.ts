import { stat } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "@rak-oauth/test-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CommandHome, type RunningProcess } from "./command-process.js";

const provider = { GITHUB_CLIENT_ID: "id", GITHUB_CLIENT_SECRET: "canary" };

describe("serve", () => {
  let home: CommandHome;
  let port: number;

  beforeEach(async () => {
    home = await CommandHome.create();
    port = await findFreePort();
  });

  afterEach(() => home.remove());

  async function serve(): Promise<RunningProcess> {
    const environment = { ...provider, PORT: String(port) };
    const running = home.startProcess(["serve"], { environment });
    await running.findIn("stdout", /"msg":"ready"/);
    return running;
  }

  it.each(["SIGTERM", "SIGINT"] as const)(
    "answers browsers until %s, and ends with 0",
    async (signal) => {
      const { child, result } = await serve();
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect(await ready.json()).toMatchObject({ status: "ready" });
      child.kill(signal);
      const { exitCode, stdout, stderr } = await result;
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toContain('"msg":"stopped"');
      expect(home.written).not.toContain("canary");
    },
  );

  it("keeps its credentials where the other commands keep theirs", async () => {
    const { child, result } = await serve();
    child.kill("SIGTERM");
    await result;
    const folder = join(home.folder, "data", "rak-oauth");
    expect((await stat(join(folder, "development.key"))).mode & 0o777).toBe(0o600);
    const listed = await home.run(["connections", "--json"]);
    expect(listed).toMatchObject({ exitCode: 0, stdout: '{"connections":[]}\n', stderr: "" });
  });

  it("tells every wrong setting in one line, and ends with 2", async () => {
    const environment = { ...provider, PORT: "80000", LOG_LEVEL: "loud" };
    const { exitCode, stdout, stderr } = await home.runProcess(["serve"], { environment });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(
      /^error: PORT is "80000" and must .* LOG_LEVEL is "loud" and must .*\n$/,
    );
  });

  it("prints its settings, and an API key with the hash that it takes", async () => {
    expect((await home.runProcess(["serve", "--settings"])).stdout).toContain(
      "RAK_OAUTH_VERIFY_USER",
    );
    const { stdout } = await home.runProcess(["serve", "--generate-api-key"]);
    expect(stdout).toMatch(/\nrak_oauth_[\w-]{43}\n.*\n[0-9a-f]{64}\n$/);
  });
});

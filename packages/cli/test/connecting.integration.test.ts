import { generateKey } from "@rak-oauth/core";
import type { AuthorizationServer } from "@rak-oauth/test-kit";
import { startPostgres, startRedis } from "@rak-oauth/test-kit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CommandHome } from "./command-process.js";
import { connect, registration, startServer } from "./sign-in-world.js";

let server: AuthorizationServer;
let home: CommandHome;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.stop());

beforeEach(async () => {
  home = await CommandHome.create();
});

afterEach(() => home.remove());

describe("connecting", () => {
  it("AC-09 signs in by the browser's return to this machine, and tells a script who it was", async () => {
    const words = [...registration(server.issuer), "--json"];
    const { exitCode, stdout } = await connect(home, words);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      provider: "calendar",
      userId: "local",
      account: expect.objectContaining({ subject: "alice" }),
      tokenType: "Bearer",
      scopes: expect.arrayContaining(["calendar.read"]),
      expiresAt: expect.any(String),
      hasRefreshToken: true,
    });
  });

  it("connects again by the name alone, and disconnects", async () => {
    await connect(home, registration(server.issuer));
    expect((await connect(home, [])).stdout).toContain("✓ calendar is connected as alice.");
    const ended = await home.run(["disconnect", "calendar", "--json"]);
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.stdout)).toEqual({
      provider: "calendar",
      disconnected: true,
      accessToken: "revoked",
      refreshToken: "revoked",
    });
    expect((await home.run(["token", "calendar"])).exitCode).toBe(3);
    const again = await home.run(["disconnect", "calendar"]);
    expect(again).toMatchObject({ exitCode: 0, stdout: "calendar was not connected.\n" });
  });

  it("signs in by a code that is typed elsewhere", async () => {
    const running = home.start(["connect", "calendar", "--device", ...registration(server.issuer)]);
    const code = await running.findIn("stderr", /(?<=^ {2})[A-Z]{4}-[A-Z]{4}/m);
    await server.approveDevice(code, "bob");
    const { exitCode, stdout } = await running.result;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining("connected as bob."),
    });
  });

  it("ends with 3 when the user says no, and remembers nothing", async () => {
    const words = registration(server.issuer);
    const { exitCode, stderr } = await connect(home, words, { decision: "deny" });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("error: ");
    expect((await home.run(["token", "calendar"])).exitCode).toBe(2);
  });

  it.each(["loopback", "device"])("Ctrl-C ends the wait for a %s with 130", async (kind) => {
    const running = home.startProcess([
      "connect",
      "calendar",
      kind === "device" ? "--device" : "--no-browser",
      ...registration(server.issuer),
    ]);
    await running.findIn("stderr", /http:\/\/\S+\/auth\?|Waiting until/);
    running.child.kill("SIGINT");
    const { exitCode, stderr } = await running.result;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/Interrupted\.\n$/);
  });
});

describe("on a database that others use too", () => {
  it("works on PostgreSQL, which migrate prepares", async () => {
    const postgres = await startPostgres();
    try {
      const keys = `first:${generateKey()}`;
      await lifeOn({ DATABASE_URL: postgres.url, RAK_OAUTH_KEYS: keys }, async (environment) => {
        const { stdout } = await home.run(["migrate", "--json"], { environment });
        expect(JSON.parse(stdout)).toEqual({
          storage: "postgres",
          applied: expect.arrayContaining([expect.any(String)]),
        });
      });
    } finally {
      await postgres.stop();
    }
  });

  it("works on Redis", async () => {
    const redis = await startRedis();
    try {
      await lifeOn({ REDIS_URL: redis.url, RAK_OAUTH_KEYS: `first:${generateKey()}` });
    } finally {
      await redis.stop();
    }
  });

  it("makes no key of its own there", async () => {
    const environment = { REDIS_URL: "redis://127.0.0.1:1" };
    const { exitCode, stderr } = await home.run(["connections"], { environment });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("RAK_OAUTH_KEYS gives no keys");
    const made = await home.run(["keys", "generate"], { environment });
    expect(made.exitCode).toBe(2);
    expect(made.stderr).toContain("--print-secret");
  });
});

type CommandEnvironment = Readonly<Record<string, string>>;

/** Connects, rotates and disconnects there; no key and no password is ever shown. */
async function lifeOn(
  given: CommandEnvironment,
  prepare?: (environment: CommandEnvironment) => Promise<void>,
): Promise<void> {
  await prepare?.(given);
  const { exitCode } = await connect(home, registration(server.issuer), { environment: given });
  expect(exitCode).toBe(0);
  const keys = `second:${generateKey()},${given["RAK_OAUTH_KEYS"]}`;
  const environment = { ...given, RAK_OAUTH_KEYS: keys };
  const rotated = await home.run(["keys", "rotate", "--json"], { environment });
  expect(JSON.parse(rotated.stdout)).toMatchObject({ resealed: 1, remaining: 0 });
  const checked = await home.run(["doctor", "--json"], { environment });
  expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true });
  expect((await home.run(["sweep"], { environment })).exitCode).toBe(0);
  const ended = await home.run(["disconnect", "calendar"], { environment });
  expect(ended.stdout).toContain("Refresh token: revoked.");
  for (const key of keys.split(",")) expect(home.written).not.toContain(key.split(":")[1]);
}

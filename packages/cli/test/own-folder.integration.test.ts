import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type AuthorizationServer, type HttpServer, startHttpServer } from "@rak-oauth/test-kit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandHome } from "./command-process.js";
import { connect, registration, startServer } from "./sign-in-world.js";

let server: AuthorizationServer;
let api: HttpServer;
let home: CommandHome;
const authorizations: string[] = [];

beforeAll(async () => {
  server = await startServer();
  api = await startHttpServer(async (request) => {
    const authorization = request.headers.get("authorization") ?? "";
    authorizations.push(authorization);
    const { pathname } = new URL(request.url);
    if (pathname === "/missing") return Response.json({ error: "none" }, { status: 404 });
    const { method } = request;
    const body = await request.text();
    return Response.json({ method, body, authorization, note: request.headers.get("x-note") });
  });
  home = await CommandHome.create();
  const { exitCode } = await connect(home, registration(server.issuer, api.url));
  expect(exitCode).toBe(0);
});

afterAll(async () => {
  await home.remove();
  await api.stop();
  await server.stop();
});

async function json(words: readonly string[]): Promise<unknown> {
  const { stdout } = await home.run([...words, "--json"]);
  return JSON.parse(stdout);
}

describe("with nothing set up", () => {
  it("keeps everything in a folder that is closed to other users", async () => {
    const folder = join(home.folder, "data", "rak-oauth");
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of ["development.key", "providers.json"]) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
  });

  it("lists what is connected, for people and for scripts", async () => {
    const { stdout } = await home.run(["connections"]);
    expect(stdout).toMatch(/^PROVIDER +ACCOUNT +STATUS +TOKEN EXPIRES +SCOPES\n/);
    expect(stdout).toMatch(/^calendar +alice +active /m);
    expect(stdout).not.toContain("\u001b");
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(await json(["connections"])).toEqual({
      connections: [
        {
          provider: "calendar",
          userId: "local",
          tenantId: null,
          account: expect.objectContaining({ subject: "alice" }),
          status: "active",
          scopes: expect.arrayContaining(["openid", "calendar.read"]),
          connectedAt: time,
          refreshedAt: time,
          expiresAt: time,
        },
      ],
    });
    expect(await json(["connections", "--user", "bob"])).toEqual({ connections: [] });
  });

  it("shows a token with the flag alone", async () => {
    const facts = {
      provider: "calendar",
      tokenType: "Bearer",
      scopes: expect.arrayContaining(["calendar.read"]),
      expiresAt: expect.any(String),
    };
    expect(await json(["token", "calendar"])).toEqual(facts);
    const shown = await new CommandHome(home.folder).run(["token", "calendar", "--print-secret"]);
    const token = shown.stdout.trim();
    expect(await server.verifyAccessToken(token)).toMatchObject({ sub: "alice" });
    const { stdout } = await home.run(["token", "calendar"]);
    expect(stdout).toMatch(/Expires: .*\nScopes: .*calendar\.read/);
    expect(home.written).not.toContain(token);
  });

  it("asks whoever is not connected to connect, with 3", async () => {
    const { exitCode, stdout, stderr } = await home.run(["token", "calendar", "--user", "bob"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("Run: rak-oauth connect calendar");
  });
});

describe("calling an API", () => {
  it("sends method, body and headers with the token, and shows the token nowhere", async () => {
    const { exitCode, stdout, stderr } = await home.run(
      ["call", `${api.url}/events`, "-X", "PUT", "-d", "-", "-H", "X-Note: hello"],
      { input: '{"title":"Lunch"}' },
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "200 OK\n" });
    expect(JSON.parse(stdout)).toEqual({
      method: "PUT",
      body: '{"title":"Lunch"}',
      authorization: "Bearer (redacted)",
      note: "hello",
    });
    const sent = authorizations.at(-1)?.replace("Bearer ", "") ?? "";
    expect(await server.verifyAccessToken(sent)).toMatchObject({ sub: "alice" });
    expect(home.written).not.toContain(sent);
  });

  it("gives status, headers and body to a script, and 4 for an error of the API", async () => {
    const words = ["call", `${api.url}/missing`, "--json"];
    const { exitCode, stdout } = await home.run(words);
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toEqual({
      status: 404,
      headers: expect.objectContaining({ "content-type": "application/json" }),
      body: { error: "none" },
    });
  });

  it("sends nothing to an origin that is not the provider's", async () => {
    const before = authorizations.length;
    const elsewhere = api.url.replace("127.0.0.1", "localhost");
    const { exitCode, stderr } = await home.run(["call", elsewhere, "--provider", "calendar"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`No token may go to ${elsewhere} (calendar: ${api.url})`);
    expect(authorizations).toHaveLength(before);
  });

  it.each([
    [["-d", "{canary"], "--data is not JSON"],
    [["-d", "@/nowhere"], "/nowhere, which cannot be read (ENOENT)"],
    [["-H", "Authorization: canary"], "Leave it out"],
    [["-H", "canary"], "is no header"],
  ])("refuses %j", async (words, said) => {
    const { exitCode, stderr } = await home.run(["call", api.url, ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("canary");
  });
});

describe("keys", () => {
  it("puts a new key in front, and seals everything under it", async () => {
    const file = join(home.folder, "data", "rak-oauth", "development.key");
    const made = await home.run(["keys", "generate", "--id", "second", "--json"]);
    expect(JSON.parse(made.stdout)).toEqual({ keyId: "second", file });
    const keys = (await readFile(file, "utf8")).trim().split("\n");
    expect(keys.map((key) => key.split(":")[0])).toEqual(["second", "development"]);
    const rotated = await home.run(["keys", "rotate", "--json"]);
    expect(rotated.exitCode).toBe(0);
    expect(JSON.parse(rotated.stdout)).toMatchObject({
      keyId: "second",
      resealed: 1,
      remaining: 0,
    });
    expect((await home.run(["token", "calendar"])).exitCode).toBe(0);
    const again = await home.run(["keys", "generate", "--id", "second"]);
    expect(again.exitCode).toBe(2);
    for (const key of keys) expect(home.written).not.toContain(key.split(":")[1]);
  });

  it("prints a key with the flag alone", async () => {
    const other = new CommandHome(home.folder);
    const { stdout } = await other.run(["keys", "generate", "--print-secret"]);
    expect(stdout).toMatch(/^\d{4}-\d\d-\w+:[\w+/]{43}=\n$/);
  });
});

describe("looking after it all", () => {
  it("finds nothing wrong with what works", async () => {
    const { exitCode, stdout, stderr } = await home.run(["doctor"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.not.stringMatching(/✗|!/) });
    expect(stdout).toMatch(/✓ calendar: endpoints: /);
    expect(stderr).toContain("Asking calendar");
    const shape = { level: "ok", check: expect.any(String), message: expect.any(String) };
    expect(await json(["doctor", "calendar"])).toEqual({
      ok: true,
      findings: expect.arrayContaining([
        { ...shape, check: "store" },
        { ...shape, check: "keys" },
        { ...shape, check: "metadata", provider: "calendar" },
        { ...shape, check: "clock", provider: "calendar" },
      ]),
    });
  });

  it("says what is wrong with an issuer, with 1", async () => {
    const { exitCode, stdout } = await home.run([
      "doctor",
      `${api.url}/missing`,
      "--allow-insecure-loopback",
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✗ .*metadata/);
  });

  it("sweeps, and has tables that are up to date", async () => {
    expect(await json(["sweep"])).toEqual({
      providers: [{ provider: "calendar", recovered: 0, keptAlive: 0, failed: 0 }],
    });
    expect(await json(["migrate"])).toEqual({ storage: "embedded", applied: [] });
  });
});

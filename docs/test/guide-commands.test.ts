import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { generateKey } from "@rak-oauth/core";
import {
  type AuthorizationServer,
  compileProgram,
  findCurl,
  findFreePort,
  signIn,
  startAuthorizationServer,
  startHttpServer,
} from "@rak-oauth/test-kit";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { workspace } from "./list-pages.js";

type Settings = Readonly<Record<string, string>>;

/** The first command makes a database. */
const timeout = 240_000;

let server: AuthorizationServer;
let folder: string;

beforeAll(async () => {
  server = await startAuthorizationServer();
  folder = await mkdtemp(join(tmpdir(), "guide-commands-"));
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** The one block of shell commands in a page that holds this text. */
async function blockWith(page: string, text: string): Promise<string> {
  const markdown = await readFile(join(workspace, "docs/guides", page), "utf8");
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
  const [found, ...others] = blocks.filter((block) => block.includes(text));
  expect(found, `${page} has no block with ${text}`).toBeDefined();
  expect(others, `${page} has several blocks with ${text}`).toEqual([]);
  return found ?? "";
}

/** Runs commands as they are shown, and gives what they print. */
async function run(script: string, settings: Settings): Promise<string> {
  const env = { PATH: process.env["PATH"], ...settings };
  return (await promisify(execFile)("bash", ["-euc", script], { env })).stdout;
}

it("callback-server.md: an agent that has nothing but curl connects its user's account", {
  timeout,
}, async () => {
  await findCurl();
  const key = generateKey();
  const port = await findFreePort();
  const redirectUri = `http://127.0.0.1:${port}/oauth2/callback/github`;
  const client = { clientId: "server", clientSecret: "server-secret" };
  await server.registerClient({ ...client, redirectUris: [redirectUri] });
  const providers = join(folder, "providers.json");
  const provider = {
    ...client,
    provider: "github",
    issuer: server.issuer,
    authUrl: `${server.issuer}/auth`,
    tokenUrl: `${server.issuer}/token`,
    revocationUrl: `${server.issuer}/token/revocation`,
    scopes: ["openid", "offline_access"],
    issParameterSupported: true,
    allowInsecureLoopback: true,
  };
  await writeFile(providers, JSON.stringify([provider]));
  await startCallbackServer({
    PORT: String(port),
    RAK_OAUTH_PROVIDERS_FILE: providers,
    RAK_OAUTH_DATA_FOLDER: join(folder, "data"),
    RAK_OAUTH_API_KEYS: `agent:${createHash("sha256").update(key).digest("hex")}`,
    // The browser that is played has no session anywhere.
    RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "true",
  });
  const known = { API: `http://127.0.0.1:${port}/api/v1`, KEY: key };
  const ask = async (text: string, more: Settings = {}) =>
    JSON.parse(await run(await blockWith("callback-server.md", text), { ...known, ...more }));

  const started = await ask('"$API/authorizations"');
  const waiting = ask("wait=30", { ID: started.id });
  await signIn({ url: started.url, user: "alice" });
  const ended = await waiting;
  expect(ended).toMatchObject({ id: started.id, status: "completed" });
  const listed = {
    connections: [{ id: ended.connection_id, provider: "github", status: "active" }],
  };
  expect(await ask('"$API/connections?')).toMatchObject(listed);
  expect(await ask("-X DELETE", { CONNECTION: ended.connection_id })).toEqual({
    disconnected: true,
    access_token: "revoked",
    refresh_token: "revoked",
  });
});

async function startCallbackServer(settings: Settings): Promise<void> {
  const program = await compileProgram(
    new URL("../../apps/callback-server/src/main.ts", import.meta.url),
  );
  const env = { PATH: process.env["PATH"], ...settings };
  const child = spawn(process.execPath, [program], { env });
  const ended = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  for await (const line of createInterface(child.stdout)) {
    if (line.includes('"msg":"ready"')) break;
  }
  child.stdout.resume();
}

it("command-line.md: a script tells its user to connect, and then calls the API as them", {
  timeout,
}, async () => {
  await server.registerClient({
    clientId: "cli",
    authentication: "none",
    applicationType: "native",
    redirectUris: ["http://127.0.0.1/callback"],
  });
  const calendar = await startHttpServer(async (request) => {
    const token = request.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    return Response.json({ calendarOf: (await server.verifyAccessToken(token))?.sub });
  });
  onTestFinished(() => calendar.stop());
  const program = await compileProgram(new URL("../../packages/cli/src/main.ts", import.meta.url));
  const command = [process.execPath, program];
  const define = `rak-oauth() { ${command.map((word) => `'${word}'`).join(" ")} "$@"; }\n`;
  const settings = { HOME: folder, API: calendar.url };
  const script = define + (await blockWith("command-line.md", "events=$(rak-oauth"));

  await expect(run(script, settings)).rejects.toMatchObject({ code: 3 });

  const connecting = `${define}rak-oauth connect calendar --no-browser --allow-insecure-loopback \
    --issuer ${server.issuer} --client-id cli --api-origins ${calendar.url} \
    --scopes "openid offline_access" 2>&1`;
  const child = spawn("bash", ["-euc", connecting], {
    env: { PATH: process.env["PATH"], ...settings },
  });
  const connected = once(child, "close");
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\S+\/auth\?\S+/.exec(line)?.[0];
    if (url !== undefined) await signIn({ url, user: "alice" });
  }
  expect(await connected).toEqual([0, null]);

  const [events = "", connections = ""] = (await run(script, settings)).split("\n");
  expect(JSON.parse(events)).toEqual({ calendarOf: "alice" });
  expect(JSON.parse(connections)).toMatchObject({
    connections: [{ provider: "calendar", userId: "local", status: "active" }],
  });
});

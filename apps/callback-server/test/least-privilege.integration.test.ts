import { readFile } from "node:fs/promises";
import { migrate } from "@rak-oauth/credential-store-prisma";
import { findFreePort, startHostileServer, startPostgres } from "@rak-oauth/test-kit";
import { Client } from "pg";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { consentTo } from "./consent-to.js";
import { deploy } from "./deployment.js";
import { startServerProcess } from "./server-process.js";

/** The statements that docs/deploy.md tells to run, by the name above each. */
async function documentedStatements(name: string): Promise<string> {
  const text = await readFile(new URL("../../../docs/deploy.md", import.meta.url), "utf8");
  const found = new RegExp(`-- ${name}\n([^\`]+)\`\`\``).exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/deploy.md has no statements "${name}".`);
  return found;
}

let urlFor: (role: string) => string;
let run: (statements: string, role?: string) => Promise<void>;

beforeEach(async () => {
  const postgres = await startPostgres({ ignoreEnvironment: true });
  onTestFinished(() => postgres.stop());
  urlFor = (role) => {
    const url = new URL(postgres.url);
    url.username = role;
    url.password = "chosen-password";
    return url.href;
  };
  run = async (statements, role) => {
    const connectionString = role === undefined ? postgres.url : urlFor(role);
    const client = new Client({ connectionString });
    await client.connect();
    try {
      await client.query(statements);
    } finally {
      await client.end();
    }
  };
  const database = new URL(postgres.url).pathname.slice(1);
  const roles = await documentedStatements("as the administrator");
  await run(roles.replaceAll("agent_database", `"${database}"`));
}, 60_000);

it("serves whole flows with the documented grants and no others", {
  timeout: 120_000,
}, async () => {
  await migrate({ connectionString: urlFor("rak_oauth_owner") });
  await run(
    await documentedStatements("as rak_oauth_owner, once the tables are made"),
    "rak_oauth_owner",
  );
  await expect(run("CREATE TABLE mine (id int)", "rak_oauth_server")).rejects.toThrow(/permission/);
  await expect(run("DROP TABLE rak_oauth_credential", "rak_oauth_server")).rejects.toThrow(/owner/);

  const provider = await startHostileServer();
  onTestFinished(() => provider.stop());
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const endpoints = {
    issuer: provider.url,
    authUrl: `${provider.url}/authorize`,
    tokenUrl: `${provider.url}/token`,
    scopes: ["calendar.read"],
  };
  const storage = { kind: "postgres", connectionString: urlFor("rak_oauth_server") } as const;
  const deployment = await deploy(storage, endpoints, publicUrl);
  const server = startServerProcess({ ...deployment.settings, PORT: String(port) });
  onTestFinished(async () => {
    server.process.kill("SIGKILL");
    await server.ended;
  });
  await server.logged("ready");
  expect((await fetch(`${publicUrl}/readyz`)).status).toBe(200);
  expect(server.output.stdout).not.toContain("counts requests alone");
  const { flow, credentials } = await deployment.openAgent();
  const key = { provider: "calendar", userId: "alice" };
  const started = await flow.start(key);
  const waiting = flow.waitForAuthorization(started.id);
  expect((await (await consentTo(started.url)).comeBack()).status).toBe(200);
  expect(await waiting).toEqual({ status: "completed" });
  expect(await credentials.getCredentials(key)).toBeDefined();
  expect(await credentials.deleteCredentials(key)).toBe(true);
});

it("says that tables are to be made by somebody who may", { timeout: 120_000 }, async () => {
  const server = startServerProcess({
    PORT: String(await findFreePort()),
    DATABASE_URL: urlFor("rak_oauth_server"),
    RAK_OAUTH_KEYS: `test:${Buffer.alloc(32, 1).toString("base64")}`,
    GITHUB_CLIENT_ID: "id",
  });
  expect(await server.ended).toBe(1);
  expect(server.output.stderr).toMatch(/permission|right|grant/i);
  expect(server.output.stderr).not.toContain("chosen-password");
});

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey } from "@rak-oauth/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTokens } from "./examples/environment/program.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guide-"));
});

afterAll(() => rm(folder, { recursive: true }));

it("environment.md: opens what the environment and its files name", async () => {
  const secret = join(folder, "secret");
  await writeFile(secret, "from a file\n", { mode: 0o600 });
  const list = join(folder, "providers.json");
  const crm = { provider: "crm", clientId: "my-agent" };
  const urls = { authUrl: "https://crm.example/authorize", tokenUrl: "https://crm.example/token" };
  await writeFile(list, JSON.stringify([{ ...crm, ...urls, clientSecretFile: secret }]));
  const tokens = await openTokens({
    RAK_OAUTH_DATA_FOLDER: join(folder, "data"),
    RAK_OAUTH_KEYS: `one:${generateKey()}`,
    RAK_OAUTH_PROVIDERS_FILE: list,
    GITHUB_CLIENT_ID: "id",
    GITHUB_CLIENT_SECRET_FILE: secret,
  });
  expect([...tokens.byProvider.keys()].sort()).toEqual(["crm", "github"]);
  expect(tokens.byProvider.get("crm")?.config.clientSecret?.secret()).toBe("from a file");
  await tokens.close();
});

it("environment.md: quotes what is said of settings that are wrong, all at once", async () => {
  const error = await openTokens({
    DATABASE_URL: "mysql://canary@host",
    RAK_OAUTH_KEYS: "canary",
    RAK_OAUTH_PROVIDERS_FILE: "/nowhere.json",
    GITHUB_CLIENT_SECRET: "canary",
    GITHUB_CLIENT_SECRET_FILE: "/run/secrets/github",
  }).catch((reason: Error) => reason);
  expect(String(error)).not.toContain("canary");
  const page = await readFile(new URL("../guides/environment.md", import.meta.url), "utf8");
  const quoted = [...page.matchAll(/^\| `([^`]+)` /gm)].map(([, message = ""]) =>
    message.replace(/ …$/, ""),
  );
  expect(quoted.length).toBe(4);
  for (const message of quoted) expect(String(error)).toContain(message);
});

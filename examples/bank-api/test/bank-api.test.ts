import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { AccessToken } from "@rak-oauth/core";
import { discover } from "@rak-oauth/oidc-discovery";
import { findFreePort, signIn, startAuthorizationServer } from "@rak-oauth/test-kit";
import { createDpopProof, TokenEndpoint } from "@rak-oauth/token-manager";
import type { JWK } from "jose";
import { CookieJar } from "tough-cookie";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bank, startBank } from "../src/bank.js";

const folder = fileURLToPath(new URL("..", import.meta.url));
const balances = '{"owner":"alice","accounts":[{"name":"Current account","balance":"1204.55"';

let keys: string;
let keyFile: string;
let port: string;
let bank: Bank;

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), "bank-api-test-"));
  keyFile = join(keys, "client-key.json");
  const readme = await readFile(join(folder, "README.md"), "utf8");
  const shown = (text: string) =>
    [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].find(([block]) => block.includes(text))?.[1] ??
    "";
  const run = async (script: string) =>
    (await promisify(execFile)("bash", ["-euc", script], { cwd: keys })).stdout;
  await run(shown("generateKeyPairSync"));
  const { keys: publicKeys } = JSON.parse(await run(shown("node -p"))) as { keys: JWK[] };
  port = String(await findFreePort());
  bank = await startBank({
    publicKey: publicKeys[0] ?? {},
    redirectUri: `http://127.0.0.1:${port}/oauth2/callback`,
  });
});

afterAll(async () => {
  await bank.stop();
  await rm(keys, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Runs the agent as `start` does; alice opens the links that it prints. */
async function start(settings: Readonly<Record<string, string>>): Promise<Ended> {
  const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly scripts: { readonly start: string };
  };
  const child = spawn(process.execPath, scripts.start.split(" ").slice(1), {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const cookies = new CookieJar();
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    for (const url of line.match(/http:\/\/127\.0\.0\.1:\d+\/\S+/g) ?? []) {
      const { status, body } = await signIn({ url, user: "alice", cookies });
      if (status !== 200) throw new Error(`Alice's browser ended with ${status}: ${body}`);
    }
  }
  const [code] = (await closed) as [number];
  return { code, said };
}

/** Settings of the agent at this bank. */
function atBank(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { authorizationServer, apiUrl, clientId } = bank;
  return {
    PORT: port,
    ISSUER: authorizationServer.issuer,
    API_URL: apiUrl,
    CLIENT_ID: clientId,
    ...settings,
  };
}

it("starts with one command, its bank with it, and reads alice's balances", async () => {
  const { code, said } = await start({ PORT: String(await findFreePort()) });
  expect(said.split(balances)).toHaveLength(3);
  expect(code).toBe(0);
});

it("DI-07 signs with the README's key, and refreshes a token that stays bound to its own", async () => {
  expect((await stat(keyFile)).mode & 0o077).toBe(0);
  const { code, said } = await start(atBank({ CLIENT_KEY_FILE: keyFile }));
  expect(said.split(balances)).toHaveLength(3);
  expect(said).not.toMatch(/access_token|refresh_token|"d":/);
  expect(code).toBe(0);
  const good = bank.authorizationServer.tokenRequests.filter(({ error }) => error === undefined);
  const proved = { authenticationMethod: "private_key_jwt", dpop: true };
  expect(good).toMatchObject([
    { grantType: "authorization_code", ...proved },
    { grantType: "refresh_token", ...proved },
  ]);
  const [first, second, ...others] = bank.provedKeys;
  expect(second).toBe(first);
  expect({ first, others }).toEqual({ first: expect.any(String), others: [] });
});

describe("what is weaker is refused, and nobody is asked", () => {
  it("EV-02 a client that has a secret in place of its key", async () => {
    const { code, said } = await start(atBank({ CLIENT_SECRET: "from-the-console" }));
    expect(said).toMatch(
      /^OAuth2 configuration for "bank": clientAuthentication is "client_secret_basic", and profile "fapi2" asks for more\. Give clientPrivateKey .*\n$/,
    );
    expect(code).toBe(1);
  });

  it("EV-02 a server that takes no pushed requests", async () => {
    const weak = await startAuthorizationServer({ takesPushedAuthorizationRequests: false });
    try {
      const settings = atBank({ ISSUER: weak.issuer, CLIENT_KEY_FILE: keyFile });
      const { code, said } = await start(settings);
      expect(said).toMatch(/^Discovery of http:.* it takes no pushed requests .*Ask .*\n$/);
      expect(code).toBe(1);
    } finally {
      await weak.stop();
    }
  });
});

describe("the bank's API", () => {
  it("takes a token with its key alone, and each proof once", async () => {
    const { authorizationServer, clientId, apiUrl } = bank;
    const config = await discover(authorizationServer.issuer, {
      provider: "bank",
      clientId,
      clientPrivateKey: await readFile(keyFile, "utf8"),
      profile: "fapi2",
      flow: "client_credentials",
      allowInsecureLoopback: true,
    });
    const request = () => new TokenEndpoint({ config }).requestClientCredentials();
    const [{ accessToken }, other] = await Promise.all([request(), request()]);
    const url = `${apiUrl}/accounts`;
    const stolen = new AccessToken(accessToken.secret(), {
      ...accessToken,
      dpopKey: other.accessToken.dpopKey,
    });
    const call = async (scheme: string, dpop?: string) =>
      (
        await fetch(url, {
          headers: { authorization: `${scheme} ${accessToken.secret()}`, ...(dpop && { dpop }) },
        })
      ).status;
    const prove = (token: AccessToken, method = "GET") => createDpopProof({ token, method, url });
    expect(await call("Bearer")).toBe(401);
    expect(await call("DPoP")).toBe(401);
    expect(await call("DPoP", await prove(stolen))).toBe(401);
    expect(await call("DPoP", await prove(accessToken, "POST"))).toBe(401);
    const proof = await prove(accessToken);
    // Its key is proved; the token is nobody's, so there are no accounts.
    expect(await call("DPoP", proof)).toBe(403);
    expect(await call("DPoP", proof)).toBe(401);
  });
});

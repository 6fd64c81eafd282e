import { hashApiKey } from "@rak-oauth/auth-code-flow/api";
import { findFreePort, startHostileServer, startRedis } from "@rak-oauth/test-kit";
import { expect, it, onTestFinished } from "vitest";
import { deploy } from "../deployment.js";
import { startServerProcess } from "../server-process.js";

const apiKey = "rak_oauth_canary-0123456789-0123456789-0123456789-02";

it("AC-02 AC-20 tells clients of the API what a person decides on the pages that ask", {
  timeout: 120_000,
}, async () => {
  const { ask, output } = await startConfirmingServer();

  const start = async (userId: string) => {
    const body = { provider: "calendar", userId };
    const response = await ask("POST", "/authorizations", body);
    expect(response.status).toBe(201);
    const { id, url } = (await response.json()) as { readonly id: string; readonly url: string };
    const ended = ask("GET", `/authorizations/${id}?wait=60`).then((answer) => answer.json());
    return { id, browser: new ConfirmingBrowser(url), ended };
  };

  const alice = await start("alice");
  const first = await alice.browser.openLink();
  expect(first).toContain("Acme agent");
  expect(first).toContain("you are <bdi>alice</bdi>");
  await alice.browser.goOn();
  const pending = await ask("GET", `/authorizations/${alice.id}`);
  expect(await pending.json()).toMatchObject({ status: "pending" });
  expect(await connectionsOf("alice")).toEqual([]);
  expect(await alice.browser.decide("connect")).toContain("Calendar connected");
  expect(await alice.ended).toMatchObject({ id: alice.id, status: "completed" });
  expect(await connectionsOf("alice")).toMatchObject([{ status: "active" }]);

  const bob = await start("bob");
  await bob.browser.openLink();
  expect(await bob.browser.decide("stop")).toContain("You chose not to allow access");
  expect(await bob.ended).toMatchObject({ status: "denied", failure: "access_denied" });

  const carol = await start("carol");
  await carol.browser.openLink();
  await carol.browser.goOn();
  expect(await carol.browser.decide("stop")).toContain("was not connected to anything");
  expect(await carol.ended).toMatchObject({ status: "denied", failure: "wrong_user" });

  for (const userId of ["bob", "carol"]) expect(await connectionsOf(userId)).toEqual([]);
  for (const secret of [apiKey, alice.id, bob.id]) expect(output.stdout).not.toContain(secret);

  async function connectionsOf(userId: string): Promise<readonly object[]> {
    const answer = await (await ask("GET", `/connections?userId=${userId}`)).json();
    return (answer as { readonly connections: readonly object[] }).connections;
  }
});

async function startConfirmingServer() {
  const redis = await startRedis({ ignoreEnvironment: true });
  onTestFinished(() => redis.stop());
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
  const storage = { kind: "redis", url: redis.url } as const;
  const { settings } = await deploy(storage, endpoints, publicUrl);
  const server = startServerProcess({
    ...settings,
    PORT: String(port),
    RAK_OAUTH_DANGEROUSLY_ALLOW_ANY_USER: "",
    RAK_OAUTH_VERIFY_USER: "confirm",
    RAK_OAUTH_APPLICATION_NAME: "Acme agent",
    RAK_OAUTH_API_KEYS: `agent:${hashApiKey(apiKey)}`,
  });
  onTestFinished(async () => {
    server.process.kill("SIGKILL");
    await server.ended;
  });
  await server.logged("ready");
  return {
    output: server.output,
    ask: (method: string, path: string, body?: object) =>
      fetch(`${publicUrl}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

/** A browser whose user answers the two questions, and consents at once at a hostile server. */
class ConfirmingBrowser {
  readonly #link: string;
  #cookie = "";
  #page = "";

  constructor(link: string) {
    this.#link = link;
  }

  async openLink(): Promise<string> {
    return this.#show(await this.#send(this.#link));
  }

  /** Says yes on the first page, and comes back from the provider to the second. */
  async goOn(): Promise<string> {
    const toProvider = await this.#send(this.#read(/<a class="button primary" href="([^"]+)"/));
    const consented = await fetch(toProvider.headers.get("location") ?? "", { redirect: "manual" });
    const calledBack = await this.#send(consented.headers.get("location") ?? "");
    return this.#show(await this.#send(calledBack.headers.get("location") ?? ""));
  }

  async decide(decision: "connect" | "stop"): Promise<string> {
    const body = new URLSearchParams({
      proof: this.#read(/name="proof" value="([^"]+)"/),
      decision,
    });
    return this.#show(await this.#send(this.#read(/<form [^>]*action="([^"]+)"/), body));
  }

  async #send(url: string, body?: URLSearchParams): Promise<Response> {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: this.#cookie, accept: "text/html", "sec-fetch-site": "same-origin" },
      ...(body !== undefined && { method: "POST", body }),
    });
    this.#cookie = response.headers.get("set-cookie")?.split(";")[0] ?? this.#cookie;
    return response;
  }

  async #show(response: Response): Promise<string> {
    expect(response.status).toBe(200);
    this.#page = await response.text();
    return this.#page;
  }

  #read(pattern: RegExp): string {
    return (pattern.exec(this.#page)?.[1] ?? "").replaceAll("&amp;", "&");
  }
}

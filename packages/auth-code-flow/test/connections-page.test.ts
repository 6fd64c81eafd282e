import {
  AccessToken,
  type CredentialKey,
  CredentialService,
  credentialId,
  generateKey,
  parseKeyring,
  Secret,
} from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";
import { describe, expect, it } from "vitest";
import { endOfAccess } from "../src/end-of-access.js";
import {
  type ConnectionsPageOptions,
  createConnectionsPage,
  germanMessages,
  type SessionUser,
  type StartAuthorizationOptions,
} from "../src/index.js";
import { connectUrl, createWorld, exampleConfig, origin } from "./world.js";

const pageUrl = `${origin}/connections`;
const alice: SessionUser = { tenantId: "acme", userId: "alice" };
const calendarOf = (user: SessionUser): CredentialKey => ({ ...user, provider: "example" });
const ownForm = { origin: "null", "sec-fetch-site": "same-origin" };

function createPage(overrides: Partial<ConnectionsPageOptions> = {}) {
  const world = createWorld();
  const { credentials, time } = world;
  const failures: unknown[] = [];
  const config = exampleConfig({
    revocationUrl: "https://as.example/revoke",
  });
  const mail = exampleConfig({
    provider: "mail",
    displayName: "Example Mail",
    redirectUri: `${origin}/oauth2/callback/mail`,
  });
  let user: SessionUser | undefined = alice;
  const revoked: (string | null)[] = [];
  const handle = createConnectionsPage({
    pageUrl,
    identifyUser: () => user,
    credentials,
    managers: new Map(
      [config, mail].map((each) => [
        each.provider,
        new TokenManager({
          config: each,
          credentials,
          fetch: async (_url, init) => {
            revoked.push(new URLSearchParams(String(init?.body)).get("token"));
            return new Response(null, { status: 200 });
          },
        }),
      ]),
    ),
    flow: world.createFlow({ configs: [config, mail], returnToOrigins: [origin] }),
    onFailure: (error) => failures.push(error),
    ...overrides,
  });
  const send = async (request: Request) => {
    const response = await handle(request);
    const html = await response.text();
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, link = ""]) =>
      link.replaceAll("&amp;", "&"),
    );
    const proof = /name="proof" value="([^"]+)"/.exec(html)?.[1] ?? "";
    return { response, html, links, proof };
  };
  const open = (query = "", headers: Readonly<Record<string, string>> = {}) =>
    send(new Request(query.startsWith("https:") ? query : pageUrl + query, { headers }));
  return {
    ...world,
    time,
    failures,
    revoked,
    open,
    /** Opens a link as from the page itself. */
    follow: (link = "") => open(link, { "sec-fetch-site": "same-origin" }),
    post: (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>>) =>
      send(new Request(pageUrl, { method: "POST", body: new URLSearchParams(fields), headers })),
    signIn: (who: SessionUser | undefined) => {
      user = who;
    },
    connectBeforeKeyLoss: (key: CredentialKey) =>
      new CredentialService({
        store: world.credentialStore,
        keys: parseKeyring(`lost:${generateKey()}`),
      }).storeCredentials(key, { accessToken: new AccessToken("lost") }),
    connect: (key: CredentialKey, email = "alice@example.com", emailVerified?: boolean) =>
      credentials.storeCredentials(key, {
        accessToken: new AccessToken("access", { scopes: ["email", "calendar.read"] }),
        refreshToken: new Secret("refresh"),
        account: { subject: "1", email, emailVerified },
      }),
  };
}

describe("how far an access is ended", () => {
  it.each([
    [true, "revoked", "revoked", "revoked"],
    [true, "revoked", "none", "revoked"],
    [true, "unsupported", "revoked", "expiring"],
    [true, "failed", "revoked", "expiring"],
    [true, "unsupported", "unsupported", "unsupported"],
    [true, "unsupported", "none", "unsupported"],
    [true, "revoked", "failed", "failed"],
    [true, "failed", "none", "failed"],
    [true, "unreadable", "unreadable", "unreadable"],
    [false, "none", "none", "none"],
  ] as const)("TR-12 is never said to be more than it is: %s, %s, %s", (...values) => {
    const [disconnected, accessToken, refreshToken, end] = values;
    expect(endOfAccess({ disconnected, accessToken, refreshToken })).toBe(end);
  });
});

describe("the page of connections", () => {
  it("shows a user what they have connected, in words where there are some", async () => {
    const page = createPage();
    await page.connect(calendarOf(alice));
    const { response, html } = await page.open();
    expect(response.status).toBe(200);
    for (const part of ["Example Calendar", "alice@example.com", "see your e-mail address"]) {
      expect(html).toContain(part);
    }
    expect(html).toContain("<code><bdi>calendar.read</bdi></code>");
    expect(html).not.toContain("Connect Example Calendar");
    expect(html).toContain("Connect Example Mail");
    expect(html).not.toMatch(/access"|refresh"/);
  });

  it.each([
    [false, true],
    [true, false],
    [undefined, false],
  ])("with email_verified %s it marks the address as unconfirmed: %s", async (verified, marks) => {
    const page = createPage();
    await page.connect(calendarOf(alice), "alice@example.com", verified);
    const { html } = await page.open();
    expect(html.includes("alice@example.com (address not confirmed)")).toBe(marks);
  });

  it("shows nobody else's, of another user, another tenant or none", async () => {
    const page = createPage();
    await page.connect(calendarOf(alice));
    for (const other of [
      { tenantId: "acme", userId: "bob" },
      { tenantId: "other", userId: "alice" },
      { userId: "alice" },
    ]) {
      page.signIn(other);
      const { html } = await page.open();
      expect(html).toContain("Nothing is connected");
      expect(html).not.toContain("alice@example.com");
      const id = credentialId(calendarOf(alice));
      expect((await page.open(`?disconnect=${id}`)).html).not.toContain("alice@example.com");
    }
  });

  it("tells who is not signed in to sign in", async () => {
    const page = createPage();
    await page.connect(calendarOf(alice));
    page.signIn(undefined);
    const { response, html } = await page.open();
    expect(response.status).toBe(403);
    expect(html).toContain("You are not signed in");
    expect(html).not.toContain("Example Calendar");
  });

  it.each<readonly [string, SessionUser]>([
    ["userId is 513 bytes", { userId: "x".repeat(513) }],
    ["userId is 514 bytes", { userId: "ü".repeat(257) }],
    ["userId contains a NUL", { userId: "alice\0" }],
    ["userId contains a lone surrogate", { userId: "\ud800" }],
    ["userId is of type number", { userId: 7 as unknown as string }],
    ["tenantId is 513 bytes", { userId: "alice", tenantId: "x".repeat(513) }],
    ["tenantId is empty", { userId: "alice", tenantId: "" }],
  ])(
    "refuses a user who can have no connections, and tells the log why: %s",
    async (problem, who) => {
      const page = createPage();
      const { proof } = await page.open();
      page.signIn(who);
      const opened = await page.open();
      const posted = await page.post({ disconnect: "any", proof }, ownForm);
      for (const { response, html } of [opened, posted]) {
        expect(response.status).toBe(403);
        expect(html).toContain("Something went wrong here");
      }
      expect(page.failures).toHaveLength(2);
      for (const failure of page.failures) expect(String(failure)).toContain(problem);
    },
  );

  it.each([{}, { userId: "" }, null])(
    "is signed out for a user without an id, who is not the application: %o",
    async (who) => {
      const page = createPage();
      await page.connect({ provider: "example" });
      page.signIn(who as SessionUser);
      const { response, html } = await page.open();
      expect(response.status).toBe(403);
      expect(html).toContain("You are not signed in");
    },
  );

  it("starts a flow for this user from its own link, and comes back", async () => {
    const page = createPage();
    const { links } = await page.open();
    const connect = links.find((link) => link.includes("connect=mail"));
    const { response } = await page.follow(connect);
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get("location") ?? "");
    const record = await page.store.read(location.searchParams.get("request") ?? "");
    expect(record?.key).toEqual({ ...alice, provider: "mail", account: undefined });
  });

  it("connects the same account again, with all its scopes", async () => {
    const wishes: StartAuthorizationOptions[] = [];
    const flow = createWorld().createFlow({ returnToOrigins: [origin] });
    const page = createPage({
      flow: {
        start(wish) {
          wishes.push(wish);
          return flow.start(wish);
        },
      },
    });
    await page.connect({ ...calendarOf(alice), account: "work" });
    const { links } = await page.open();
    const { response } = await page.follow(links.find((link) => link.includes("reconnect=")));
    expect(response.headers.get("location")).toContain(connectUrl);
    const scopes = ["email", "calendar.read"];
    const returnTo = `${pageUrl}?connected=example`;
    expect(wishes).toEqual([{ ...calendarOf(alice), account: "work", scopes, returnTo }]);
  });

  it("says that an account is connected only where it is", async () => {
    const page = createPage();
    expect((await page.open("?connected=example")).html).not.toContain('role="status"');
    await page.connect(calendarOf(alice));
    const { html } = await page.open("?connected=example");
    expect(html).toMatch(/role="status"><bdi>Example Calendar<\/bdi> is connected/);
  });

  it("TR-12 asks once, then disconnects and says what was really revoked", async () => {
    const page = createPage();
    await page.connect(calendarOf(alice));
    const disconnect = credentialId(calendarOf(alice));
    const question = await page.open(`?disconnect=${disconnect}`);
    expect(question.html).toContain("Disconnect Example Calendar?");
    expect(question.response.headers.get("content-security-policy")).toContain(
      "form-action 'self'",
    );
    expect(page.revoked).toEqual([]);
    const fields = { disconnect, proof: question.proof };
    const { response, html } = await page.post(fields, ownForm);
    expect(response.status).toBe(200);
    expect(html).toContain("has confirmed that the access is ended");
    expect(page.revoked).toEqual(["refresh", "access"]);
    expect(await page.credentials.read(calendarOf(alice))).toBeUndefined();
    const again = await page.post(fields, ownForm);
    expect(again.html).toContain("Nothing is connected");
  });

  it("forgets the account of a provider that is configured no more, and does not call it revoked", async () => {
    const page = createPage();
    const key = { ...alice, provider: "gone" };
    await page.connect(key);
    const disconnect = credentialId(key);
    expect((await page.open()).links.some((link) => link.includes("reconnect="))).toBe(false);
    const { proof } = await page.open(`?disconnect=${disconnect}`);
    const { html } = await page.post({ disconnect, proof }, ownForm);
    expect(html).toContain("did not confirm that the access is ended");
    expect(await page.credentials.read(key)).toBeUndefined();
  });

  it.each(["example", "gone"])(
    "shows an account of %s whose key was lost beside the others, and lets go of it",
    async (provider) => {
      const page = createPage();
      const key = { ...alice, provider };
      await page.connect({ ...alice, provider: "mail" }, "mail@example.com");
      await page.connectBeforeKeyLoss(key);
      const { response, html } = await page.open();
      expect(response.status).toBe(200);
      expect(html).toContain("mail@example.com");
      expect(html).toContain("Cannot be read");
      const disconnect = credentialId(key);
      const { proof } = await page.open(`?disconnect=${disconnect}`);
      const ended = await page.post({ disconnect, proof }, ownForm);
      expect(ended.html).toContain("could not be told to end the access there");
      expect(page.revoked).toEqual([]);
      expect((await page.open()).html).not.toContain("Cannot be read");
    },
  );

  it("connects an account whose key was lost again", async () => {
    const page = createPage();
    await page.connectBeforeKeyLoss(calendarOf(alice));
    const { links } = await page.open();
    const { response } = await page.follow(links.find((link) => link.includes("reconnect=")));
    const started = new URL(response.headers.get("location") ?? "");
    const record = await page.store.read(started.searchParams.get("request") ?? "");
    expect(record?.key).toEqual({ ...calendarOf(alice), account: undefined });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, (proof: string) => string]>([
    ["of another site", { "sec-fetch-site": "cross-site" }, (proof) => proof],
    ["of a sibling site", { "sec-fetch-site": "same-site" }, (proof) => proof],
    ["of another origin, by an old browser", { origin: "https://evil.example" }, (proof) => proof],
    ["without a proof", ownForm, () => ""],
    ["with a forged proof", ownForm, () => "a".repeat(200)],
    ["with a changed proof", ownForm, (proof) => `${proof.slice(0, -2)}AA`],
    ["with a huge proof", ownForm, (proof) => proof.repeat(100)],
  ])("AC-12 changes nothing for a form %s", async (_name, headers, change) => {
    const page = createPage();
    await page.connect(calendarOf(alice));
    const disconnect = credentialId(calendarOf(alice));
    const { proof } = await page.open(`?disconnect=${disconnect}`);
    const { response, html } = await page.post({ disconnect, proof: change(proof) }, headers);
    expect(response.status).toBe(403);
    expect(html).toContain("Nothing was changed");
    expect(await page.credentials.getCredentials(calendarOf(alice))).toBeDefined();
    expect(page.failures).toHaveLength(1);
    expect(page.revoked).toEqual([]);
  });

  it("changes nothing by another user's proof, nor by one that is an hour old", async () => {
    const page = createPage();
    await page.connect(calendarOf(alice));
    const disconnect = credentialId(calendarOf(alice));
    const own = await page.open(`?disconnect=${disconnect}`);
    const bob = { tenantId: "acme", userId: "bob" };
    page.signIn(bob);
    await page.connect(calendarOf(bob));
    const bobs = await page.open(`?disconnect=${credentialId(calendarOf(bob))}`);
    page.signIn(alice);
    expect((await page.post({ disconnect, proof: bobs.proof }, ownForm)).response.status).toBe(403);
    await page.time.advance(60 * 60 * 1000);
    expect((await page.post({ disconnect, proof: own.proof }, ownForm)).response.status).toBe(403);
    expect(await page.credentials.getCredentials(calendarOf(alice))).toBeDefined();
  });

  it("starts nothing by a link of another site, or without its proof", async () => {
    const page = createPage();
    const { links } = await page.open();
    const connect = links.find((link) => link.includes("connect=mail")) ?? "";
    const results = [
      await page.open(connect, { "sec-fetch-site": "cross-site" }),
      await page.follow("?connect=mail"),
    ];
    for (const { response, html } of results) {
      expect(response.status).toBe(403);
      expect(html).toContain("Nothing was changed");
    }
    expect((await page.open(connect)).response.status).toBe(303);
  });

  it("says in words that it cannot answer, and tells the log why", async () => {
    const page = createPage({
      identifyUser: () => {
        throw new Error("the sessions are away");
      },
    });
    const { response, html } = await page.open();
    expect(response.status).toBe(500);
    expect(html).toContain("Something went wrong here");
    expect(html).not.toContain("sessions");
    expect(page.failures).toEqual([new Error("the sessions are away")]);
  });

  it("fails, and does not call the page old, when its own origin is none to return to", async () => {
    const page = createPage({ flow: createWorld().createFlow() });
    const { links } = await page.open();
    const { response } = await page.follow(links.find((link) => link.includes("connect=example")));
    expect(response.status).toBe(500);
    expect(String(page.failures[0])).toContain("returnToOrigins");
  });

  it("speaks the languages it is given", async () => {
    const { html } = await createPage({ messages: [germanMessages] }).open();
    expect(html).toContain("<h1>Verbundene Konten</h1>");
  });

  it("answers no other method, and a HEAD without a body", async () => {
    const page = createPage();
    const handle = (method: string) =>
      createConnectionsPage({
        pageUrl,
        identifyUser: () => alice,
        credentials: page.credentials,
        managers: new Map(),
        flow: page.createFlow(),
      })(new Request(pageUrl, { method }));
    expect((await handle("DELETE")).status).toBe(405);
    const head = await handle("HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  it.each([
    [{ pageUrl: "http://agent.example/connections" }, "pageUrl is"],
    [{ pageUrl: `${pageUrl}?a=1` }, "pageUrl is"],
    [{ pageUrl: "/connections" }, "pageUrl is"],
    [{ identifyUser: undefined as never }, "identifyUser is missing"],
  ])("EV-02 refuses options that cannot work: %o", (overrides, problem) => {
    expect(() => createPage(overrides)).toThrow(problem);
  });
});

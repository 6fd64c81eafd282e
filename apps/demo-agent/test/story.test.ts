import { openPostgresStores } from "@rak-oauth/credential-store-prisma";
import { launchChromium, startPostgres } from "@rak-oauth/test-kit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Agent } from "../src/agent.js";
import { type DemoWorld, startDemoWorld } from "../src/demo-world.js";
import { playVisit } from "../src/played-visit.js";
import { isAsExpected } from "../src/screen.js";
import { scriptedModel } from "../src/scripted-model.js";
import { tellStory } from "../src/story.js";
import { RecordingScreen } from "./recording-screen.js";

const minutes = 60_000;
let world: DemoWorld;
let agent: Agent;
let screen: RecordingScreen;

beforeEach(async () => {
  world = await startDemoWorld();
  const { tools, flow, tenantId } = world;
  agent = new Agent({ model: scriptedModel, tools, flow, tenantId });
  screen = new RecordingScreen();
}, minutes);

afterEach(async () => {
  await world.stop();
});

it(
  "tells the story as promised, and shows no code, state or token",
  async () => {
    const redirects: string[] = [];
    const steps = await tellStory({
      world,
      agent,
      screen,
      visit: async (userId, url) => {
        const signedIn = await playVisit({ url, user: userId });
        redirects.push(...signedIn.redirects);
      },
      signal: new AbortController().signal,
    });
    expect(steps.filter((step) => !isAsExpected(step))).toEqual([]);
    expect(steps).toHaveLength(13);
    const shown = screen.lines.join("\n");
    const secrets = redirects.flatMap((address) =>
      ["code", "state", "request_uri", "continue"].flatMap((name) => {
        const value = new URL(address).searchParams.get(name);
        return value === null ? [] : [value];
      }),
    );
    expect(secrets.length).toBeGreaterThan(4);
    for (const secret of secrets) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/Bearer|access_token|refresh_token/);
  },
  minutes,
);

it("keeps its credentials in the PostgreSQL it is given, and leaves nothing there", async () => {
  const postgres = await startPostgres();
  const database = await postgres.createDatabase();
  const onPostgres = await startDemoWorld({ databaseUrl: database.url });
  const { tools, flow, tenantId } = onPostgres;
  const stores = openPostgresStores({ connectionString: database.url });
  try {
    const answer = await new Agent({ model: scriptedModel, tools, flow, tenantId }).ask({
      userId: "alice",
      question: "What is on my calendar today?",
      signal: new AbortController().signal,
      onPending: async (pending) => {
        await playVisit({ url: pending.auth_url, user: "alice" });
        return "wait";
      },
    });
    expect(answer.text).toContain("Stand-up");
    expect((await stores.credentials.list({ tenantId })).records).toHaveLength(1);
    await onPostgres.stop();
    expect((await stores.credentials.list({ tenantId })).records).toEqual([]);
  } finally {
    await onPostgres.stop();
    await stores.close();
    await database.drop();
    await postgres.stop();
  }
});

it(
  "says what differs when the user denies",
  async () => {
    const steps = await tellStory({
      world,
      agent,
      screen,
      visit: async (userId, url) => {
        await playVisit({ url, user: userId, decision: userId === "alice" ? "deny" : "allow" });
      },
      signal: new AbortController().signal,
    });
    const differing = steps.filter((step) => !isAsExpected(step));
    expect(differing.map(({ what, seen }) => ({ what, seen }))).toContainEqual({
      what: "the agent goes on by itself",
      seen: "denied",
    });
  },
  minutes,
);

it(
  "takes a person through a real browser",
  async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const answer = await agent.ask({
        userId: "alice",
        question: "What is on my calendar today?",
        signal: new AbortController().signal,
        onPending: async (pending) => {
          await page.goto(pending.auth_url);
          await page.getByRole("link", { name: /go on/i }).click();
          await page.getByRole("button", { name: /alice/i }).click();
          await page.getByRole("button", { name: /allow/i }).click();
          await page.getByText("alice@example.com").waitFor();
          await page.getByRole("button", { name: "Connect", exact: true }).click();
          await page.getByRole("heading", { name: /connected/i }).waitFor();
          return "wait";
        },
      });
      expect(answer.authorization).toEqual({ status: "completed" });
      expect(answer.text).toContain("Stand-up with the data team");
      expect(new URL(page.url()).origin).toBe(world.callbackUrl);
    } finally {
      await browser.close();
    }
  },
  5 * minutes,
);

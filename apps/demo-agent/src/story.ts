import { setTimeout as delay } from "node:timers/promises";
import type { PendingAuthorizationResult } from "@rak-oauth/rest-tool-adapter";
import type { Agent, AgentAnswer } from "./agent.js";
import { accessTokenTtlSeconds, type DemoWorld } from "./demo-world.js";
import type { CheckedStep, Screen } from "./screen.js";

/** Brings a link to its user: prints it for a person, or plays the person. */
export type Visit = (userId: string, url: string) => Promise<void>;

/** Options of {@link tellStory}. */
export interface StoryOptions {
  readonly world: DemoWorld;
  readonly agent: Agent;
  readonly screen: Screen;
  readonly visit: Visit;
  readonly signal: AbortSignal;
}

const calendarQuestion = "What is on my calendar today?";
const roomQuestion = "Which meeting room is free?";

/** Plays the whole story, and tells of each step what it promised and what was seen. */
export async function tellStory(options: StoryOptions): Promise<readonly CheckedStep[]> {
  const { world, agent, screen, visit, signal } = options;
  const steps: CheckedStep[] = [];
  const check = (what: string, expected: unknown, seen: unknown) =>
    steps.push({ what, expected: String(expected), seen: String(seen) });
  const refreshes = () => requestsOf(world, "refresh_token");

  async function ask(
    userId: string,
    question: string,
    reaction: "wait" | "stop" = "wait",
  ): Promise<AgentAnswer & { readonly asked: PendingAuthorizationResult | undefined }> {
    screen.says(userId, question);
    let asked: PendingAuthorizationResult | undefined;
    const answer = await agent.ask({
      userId,
      question,
      signal,
      onPending: async (pending, words) => {
        asked = pending;
        screen.says("agent", words);
        if (reaction === "stop") return "stop";
        await visit(userId, pending.auth_url);
        return "wait";
      },
    });
    if (answer.data !== undefined) screen.says("agent", answer.text);
    return { ...answer, asked };
  }

  screen.chapter("1  alice asks, and the agent may not see her calendar yet");
  const first = await ask("alice", calendarQuestion);
  check("alice is asked to connect", "connect", first.asked?.reason ?? "nothing");
  check("the agent goes on by itself", "completed", first.authorization?.status ?? "no wait");
  check("alice gets her events", "alice", ownerOf(first));
  screen.explain(
    "The callback server checked state, browser and issuer, exchanged the code once, kept the tokens sealed until alice confirmed her account, and woke the agent.",
  );

  screen.chapter("2  alice asks again: no consent needed");
  const again = await ask("alice", calendarQuestion);
  check("no second consent", "nothing", again.asked?.reason ?? "nothing");
  check("the same events", "alice", ownerOf(again));

  screen.chapter(`3  the access token, good for ${accessTokenTtlSeconds} s, expires`);
  const before = refreshes();
  await screen.during(
    "waiting for the access token to expire",
    "The access token has expired.",
    delay(accessTokenTtlSeconds * 1000 + 200, undefined, { signal }),
  );
  const later = await ask("alice", calendarQuestion);
  check("alice still gets her events", "alice", ownerOf(later));
  check("unseen, with one refresh", 1, refreshes() - before);
  screen.explain(
    "One refresh token was spent for one new pair of tokens, under a lease in the store; a hundred callers would have shared it.",
  );

  screen.chapter("4  bob asks the same agent");
  const bob = await ask("bob", calendarQuestion);
  check("bob is asked to connect", "connect", bob.asked?.reason ?? "nothing");
  check("bob gets his own events", "bob", ownerOf(bob));

  screen.chapter("5  a tool of the application itself works beside it");
  const rooms = await ask("bob", roomQuestion);
  check("client credentials, no user", "calendar-service", readerOf(rooms));

  screen.chapter("6  alice disconnects");
  const disconnected = await world.userTokens.disconnect({
    tenantId: world.tenantId,
    userId: "alice",
  });
  screen.explain(
    `Refresh token ${disconnected.refreshToken}, access token ${disconnected.accessToken} at the provider (RFC 7009), and nothing of them kept.`,
  );
  check(
    "her tokens are revoked at the provider",
    "revoked, revoked",
    `${disconnected.refreshToken}, ${disconnected.accessToken}`,
  );
  const after = await ask("alice", calendarQuestion, "stop");
  check("her next question is pending again", "connect", after.asked?.reason ?? "nothing");
  const bobAgain = await ask("bob", calendarQuestion);
  check("bob is not disturbed", "bob", ownerOf(bobAgain));
  return steps;
}

function requestsOf(world: DemoWorld, grantType: string): number {
  return world.authorizationServer.tokenRequests.filter(
    (request) => request.grantType === grantType,
  ).length;
}

function ownerOf({ data }: AgentAnswer): string {
  return fieldOf(data, "owner");
}

function readerOf({ data }: AgentAnswer): string {
  return fieldOf(data, "readBy");
}

function fieldOf(data: unknown, name: string): string {
  const value = typeof data === "object" && data !== null ? Object.entries(data) : [];
  return String(value.find(([field]) => field === name)?.[1] ?? "no answer");
}

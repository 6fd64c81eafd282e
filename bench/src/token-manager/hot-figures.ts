import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  parseKeyring,
} from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";
import { atMost, type Figure, type Size } from "../figure.js";
import { type Turn, takeTurns } from "../take-turns.js";
import { type Contender, freshGrant, type Surroundings } from "./contender.js";
import { credentialsOf, ourConfig, ourMemory } from "./our-contenders.js";
import { peers } from "./peers/all-peers.js";

const users = 100;
/** One measurement calls for so long: less than a slice of the machine's scheduler. */
const measurementMs = 4;
/** Calls between two looks at the clock. */
const blockCalls = 10;
const floor = "Map look-up and expiry check";
const bare = "getToken";

/** What a cached token costs, called one after the other. */
export async function measureHot(
  surroundings: Surroundings,
  size: Size,
): Promise<readonly Figure[]> {
  const caching = [ourMemory, ...peers].filter(({ caches }) => caches);
  const turns: Turn[] = [await floorTurn(), await bareTurn(surroundings)];
  for (const contender of caching) turns.push(await contenderTurn(contender, surroundings));
  const results = await takeTurns({ count: size === "full" ? 201 : 51, warmUps: 10 }, turns);
  const nanoseconds = (name: string) => `${results.median(name).toFixed(0)} ns`;
  const against = (name: string) =>
    `${nanoseconds(name)} a call against ${nanoseconds(floor)} of the floor`;
  return [
    {
      name: "hot getToken of a cached token",
      value: results.ratio(bare, floor),
      unit: "×",
      target: atMost(1.5),
      detail: `${against(bare)}: an async function with a Map look-up and an expiry check`,
    },
    {
      name: "hot getToken, against google-auth-library",
      value: results.ratio(ourMemory.name, "google-auth-library"),
      unit: "×",
      target: atMost(1),
      detail: `${nanoseconds(ourMemory.name)} a call, secret() included, against ${nanoseconds("google-auth-library")}`,
    },
    ...peers.map(
      ({ name, caches }): Figure => ({
        name: `hot: ${name}`,
        value: caches ? results.ratio(name, floor) : undefined,
        unit: "×",
        detail: caches ? against(name) : "keeps no token: each call is a token request",
      }),
    ),
  ];
}

async function floorTurn(): Promise<Turn> {
  const tokens = new Map<string, { readonly token: string; readonly expiresAtMs: number }>();
  for (const userId of userIds) {
    const { accessToken, expiresAtMs } = freshGrant(userId);
    tokens.set(userId, { token: accessToken, expiresAtMs });
  }
  const getToken = async (userId: string): Promise<string> => {
    const known = tokens.get(userId);
    if (known === undefined || known.expiresAtMs <= Date.now()) throw new Error("not cached");
    return known.token;
  };
  return timed(floor, (index) => getToken(userIds[index] ?? ""));
}

async function bareTurn({ tokenUrl }: Surroundings): Promise<Turn> {
  const credentials = new CredentialService({
    store: new MemoryCredentialStore(),
    keys: parseKeyring(`bench:${generateKey()}`),
  });
  const config = ourConfig(tokenUrl);
  for (const userId of userIds) {
    const key = { provider: config.provider, userId };
    await credentials.storeCredentials(key, credentialsOf(freshGrant(userId)));
  }
  const tokens = new TokenManager({ config, credentials });
  return timed(bare, (index) => tokens.getToken({ userId: userIds[index] }));
}

async function contenderTurn(contender: Contender, surroundings: Surroundings): Promise<Turn> {
  const open = await contender.open(surroundings);
  const calls = await Promise.all(
    userIds.map(async (userId) => {
      const grant = freshGrant(userId);
      await open.store?.(grant);
      return open.connect(grant);
    }),
  );
  return timed(contender.name, (index) => calls[index]?.() ?? Promise.reject());
}

const userIds = Array.from({ length: users }, (_, index) => `hot-user-${index}`);

function timed(name: string, call: (user: number) => Promise<unknown>): Turn {
  let next = 0;
  return {
    name,
    async measure() {
      let calls = 0;
      let elapsedMs = 0;
      const began = performance.now();
      do {
        for (let one = 0; one < blockCalls; one += 1) {
          await call(next);
          next = (next + 1) % users;
        }
        calls += blockCalls;
        elapsedMs = performance.now() - began;
      } while (elapsedMs < measurementMs);
      return (elapsedMs / calls) * 1e6;
    },
  };
}

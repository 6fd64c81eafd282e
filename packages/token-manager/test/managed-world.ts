import type { AccessToken, CredentialService } from "@rak-oauth/core";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { TokenManager, type TokenManagerOptions } from "../src/index.js";
import {
  alice,
  createWorld,
  exampleConfig,
  issued,
  serviceOn,
  unique,
  type World,
} from "./fixtures.js";
import { StrictTokenEndpoint } from "./strict-token-endpoint.js";

export const hour = 3_600_000;

/** A provider, a store and any number of processes' managers, new for each test of a file. */
export interface ManagedWorld extends World {
  readonly provider: StrictTokenEndpoint;
  manage(options?: Partial<TokenManagerOptions>): TokenManager;
  /** Another process: its own cache, service and, if given, clock, on the same store. */
  manageElsewhere(clock?: World["clock"]): TokenManager;
  /** Alice's stored grant, whose access token is good for an hour. */
  connectAlice(credentials?: CredentialService): Promise<void>;
  connectExpired(): Promise<void>;
  /** Answers requests to another address with JSON from now on; gives how many there were. */
  answer(url: string, body: () => object | Promise<object>): () => number;
  /** Any user's stored grant. */
  connect(userId: string, options?: { readonly lifetimeSeconds?: number }): Promise<void>;
}

/** Sets the world up before each test of the file that calls it. */
export function useManagedWorld(): ManagedWorld {
  const server = setupServer();
  let provider = new StrictTokenEndpoint();
  let world = createWorld();
  let managers: TokenManager[] = [];

  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterAll(() => server.close());
  beforeEach(() => {
    provider = new StrictTokenEndpoint();
    server.use(...provider.handlers);
    world = createWorld();
    managers = [];
  });
  afterEach(async () => {
    await Promise.all(managers.map((manager) => manager.close()));
    server.resetHandlers();
  });

  const manage = (options: Partial<TokenManagerOptions> = {}) => {
    const manager = new TokenManager({
      config: exampleConfig(),
      credentials: world.credentials,
      ...options,
    });
    managers.push(manager);
    return manager;
  };
  const connectAlice = async (credentials = world.credentials) => {
    provider.grant("refresh-alice");
    const tokens = issued(world.clock, {
      refreshToken: "refresh-alice",
      accessToken: "access-alice",
    });
    await credentials.storeCredentials(alice, tokens);
  };
  return {
    get provider() {
      return provider;
    },
    get clock() {
      return world.clock;
    },
    get store() {
      return world.store;
    },
    get credentials() {
      return world.credentials;
    },
    manage,
    manageElsewhere: (clock = world.clock) =>
      manage({ credentials: serviceOn(world.store, clock) }),
    connectAlice,
    answer(url, body) {
      let count = 0;
      server.use(
        http.post(url, async () => {
          count += 1;
          return HttpResponse.json(await body());
        }),
      );
      return () => count;
    },
    async connect(userId, options) {
      const refreshToken = unique("refresh");
      provider.grant(refreshToken);
      await world.credentials.storeCredentials(
        { userId, provider: "example" },
        issued(world.clock, { ...options, refreshToken }),
      );
    },
    async connectExpired() {
      await connectAlice();
      world.clock.advance(hour + 1);
    },
  };
}

export async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.unreachable("it should have been refused"),
    (error: unknown) => error,
  );
}

export function values(tokens: readonly AccessToken[]): Set<string> {
  return new Set(tokens.map((token) => token.secret()));
}

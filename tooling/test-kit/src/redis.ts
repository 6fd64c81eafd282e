import type { OwnedServer } from "./owned-server.js";
import {
  type PrivateRedisOptions,
  type PrivateRedisServer,
  startPrivateRedisServer,
} from "./private-redis-server.js";

/** What {@link startRedis} starts. */
export interface StartRedisOptions extends PrivateRedisOptions {
  /**
   * Starts a private server even where REDIS_URL names one; for tests that kill or set up theirs.
   *
   * @defaultValue false, but true when `config` or `port` is given
   */
  readonly ignoreEnvironment?: boolean | undefined;
}

/** A Redis server for tests. */
export interface Redis {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /**
   * Whether REDIS_URL named the server: others may use it too, so tests keep to a random key
   * prefix, and it is neither ours to kill nor to stop.
   */
  readonly given: boolean;
  /** Process id of the running server; `undefined` when it is given, or not running. */
  readonly pid: number | undefined;
  /** Kills the server with SIGKILL. @throws Error when the server is given */
  kill(): Promise<void>;
  /**
   * Starts the server again on its port, empty unless `config` makes it keep its data.
   *
   * @throws Error when the server is given
   */
  restart(): Promise<void>;
  /** Stops the server in its tracks (SIGSTOP): it accepts connections and never answers. */
  pause(): void;
  /** Wakes a paused server. */
  resume(): void;
  /** Removes the process and its folder; a given server is left alone. */
  stop(): Promise<void>;
}

/**
 * Gives a Redis for tests: the server that REDIS_URL names, else a private one on 127.0.0.1, which
 * never outlives this process.
 *
 * @throws Error with one line that says what to install where there is no Redis
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<Redis> {
  const { config, port, ignoreEnvironment = config !== undefined || port !== undefined } = options;
  const givenUrl = process.env["REDIS_URL"];
  if (givenUrl && !ignoreEnvironment) {
    return givenRedis(givenUrl);
  }
  return privateRedis(await startPrivateRedisServer(options), config?.["requirepass"]);
}

function privateRedis({ port, server }: PrivateRedisServer, password: string | undefined): Redis {
  const login = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  return {
    url: `redis://${login}127.0.0.1:${port}`,
    host: "127.0.0.1",
    port,
    given: false,
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    restart: () => restart(server),
    pause: () => server.signal("SIGSTOP"),
    resume: () => server.signal("SIGCONT"),
    stop: () => server.stop(),
  };
}

async function restart(server: OwnedServer): Promise<void> {
  await server.shutDown();
  await server.start();
}

function givenRedis(url: string): Redis {
  const { hostname, port } = new URL(url);
  const refuse = (done: string): never => {
    throw new Error(
      `The Redis that REDIS_URL names cannot be ${done}: it is not this test's own. Unset REDIS_URL or pass ignoreEnvironment.`,
    );
  };
  return {
    url,
    host: hostname,
    port: port === "" ? 6379 : Number(port),
    given: true,
    pid: undefined,
    kill: async () => refuse("killed"),
    restart: async () => refuse("restarted"),
    pause: () => refuse("paused"),
    resume: () => refuse("resumed"),
    stop: async () => undefined,
  };
}

import { randomBytes } from "node:crypto";
import { Client, escapeIdentifier } from "pg";
import {
  type PrivatePostgresOptions,
  type PrivatePostgresServer,
  startPrivatePostgresServer,
} from "./private-postgres-server.js";

/** What {@link startPostgres} starts. */
export interface StartPostgresOptions extends PrivatePostgresOptions {
  /**
   * Starts a private server even where DATABASE_URL names one; for tests that kill their server.
   *
   * @defaultValue false
   */
  readonly ignoreEnvironment?: boolean | undefined;
}

/** One database that nobody else uses. */
export interface PostgresDatabase {
  readonly url: string;
  /** Removes the database, also while clients are connected. */
  drop(): Promise<void>;
}

/** A PostgreSQL server for tests, with an empty database that nobody else uses. */
export interface Postgres {
  /** Connection string of that database. */
  readonly url: string;
  /** Whether DATABASE_URL named the server, so that it is neither ours to kill nor to stop. */
  readonly given: boolean;
  /** Process id of the running server; `undefined` when it is given, or not running. */
  readonly pid: number | undefined;
  /** Makes one more empty database, in some tens of milliseconds. */
  createDatabase(): Promise<PostgresDatabase>;
  /** Kills the server with SIGKILL. @throws Error when the server is given */
  kill(): Promise<void>;
  /** Starts the server again on its data and port. @throws Error when the server is given */
  restart(): Promise<void>;
  /** Removes everything this call and `createDatabase` made: databases, processes, folders. */
  stop(): Promise<void>;
}

/**
 * Gives a PostgreSQL for tests: a database of its own on the server that DATABASE_URL names, else
 * a private server on a free port of 127.0.0.1, which never outlives this process.
 *
 * @throws Error with one line that says what to install where there is no PostgreSQL
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<Postgres> {
  const givenUrl = process.env["DATABASE_URL"];
  const server =
    givenUrl && options.ignoreEnvironment !== true
      ? undefined
      : await startPrivatePostgresServer(options);
  const serverUrl = server?.url ?? String(givenUrl);
  const open = new Set<PostgresDatabase>();

  async function createDatabase(): Promise<PostgresDatabase> {
    const name = `rak_oauth_test_${randomBytes(8).toString("hex")}`;
    await runStatement(serverUrl, `CREATE DATABASE ${escapeIdentifier(name)}`);
    const database: PostgresDatabase = {
      url: urlOfDatabase(serverUrl, name),
      async drop() {
        await runStatement(
          serverUrl,
          `DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`,
        );
        open.delete(database);
      },
    };
    open.add(database);
    return database;
  }

  let first: PostgresDatabase;
  try {
    first = await createDatabase();
  } catch (error) {
    await server?.stop();
    throw error;
  }

  return {
    url: first.url,
    given: server === undefined,
    get pid() {
      return server?.pid;
    },
    createDatabase,
    async kill() {
      await ours(server, "killed").kill();
    },
    async restart() {
      await ours(server, "restarted").restart();
    },
    async stop() {
      if (server === undefined) {
        await Promise.all([...open].map((database) => database.drop()));
      } else {
        await server.stop();
      }
    },
  };
}

function ours(server: PrivatePostgresServer | undefined, done: string): PrivatePostgresServer {
  if (server === undefined) {
    throw new Error(
      `The PostgreSQL that DATABASE_URL names cannot be ${done}: it is not this test's own. Unset DATABASE_URL or pass ignoreEnvironment.`,
    );
  }
  return server;
}

function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

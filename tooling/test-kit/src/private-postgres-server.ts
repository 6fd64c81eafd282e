import { randomBytes } from "node:crypto";
import { chown, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { findFreePort } from "./free-port.js";
import { OwnedServer } from "./owned-server.js";
import {
  findPostgresBinaries,
  isReachableByOthers,
  type PostgresBinaries,
} from "./postgres-binaries.js";
import { runProgram } from "./run-program.js";

/** How {@link startPrivatePostgresServer} sets the server up. */
export interface PrivatePostgresOptions {
  /**
   * Whether a committed transaction survives a kill of the server, and a crash of the machine: its
   * log is then written before the commit is acknowledged, unless the client asks for that itself.
   *
   * @defaultValue false
   */
  readonly durable?: boolean | undefined;
}

/** A PostgreSQL server that belongs to this process. */
export interface PrivatePostgresServer {
  /** Connection string of its maintenance database. */
  readonly url: string;
  readonly pid: number | undefined;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root, so root lends it to another user. */
interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const maximumPortTries = 5;

/** Starts PostgreSQL on new data in a temporary folder, on a free port of 127.0.0.1. */
export async function startPrivatePostgresServer(
  options: PrivatePostgresOptions,
): Promise<PrivatePostgresServer> {
  const found = await findPostgresBinaries();
  const user = process.getuid?.() === 0 ? await findServerUser() : undefined;
  const directory = await mkdtemp(join(tmpdir(), "rak-oauth-postgres-"));
  const password = randomBytes(16).toString("hex");
  let port = 0;

  try {
    const binaries = await makeReachable(found, directory, user);
    await initialiseData({ binaries, directory, password, user });
    const server = new OwnedServer({
      name: "PostgreSQL",
      program: binaries.postgres,
      parameters: () => serverParameters(directory, port, options.durable === true),
      directory,
      uid: user?.uid,
      gid: user?.gid,
      isReady: () => answers(urlOf(port, password)),
      stopSignal: "SIGQUIT",
      shutdownSignal: "SIGINT",
    });
    for (let tries = 1; server.pid === undefined; tries += 1) {
      port = await findFreePort();
      await server.start().catch(async (error: unknown) => {
        if (tries === maximumPortTries || !(await server.log()).includes("could not bind")) {
          await server.stop();
          throw error;
        }
      });
    }
    return {
      url: urlOf(port, password),
      get pid() {
        return server.pid;
      },
      kill: () => server.kill(),
      async restart() {
        await server.shutDown();
        await startAfterCrash(server);
      },
      stop: () => server.stop(),
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function urlOf(port: number, password: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}

function serverParameters(directory: string, port: number, durable: boolean): readonly string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return [
    ...["-D", join(directory, "data"), "-p", String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

interface InitialiseDataOptions {
  readonly binaries: PostgresBinaries;
  readonly directory: string;
  readonly password: string;
  readonly user: ServerUser | undefined;
}

async function initialiseData(options: InitialiseDataOptions): Promise<void> {
  const { binaries, directory, password, user } = options;
  const passwordFile = join(directory, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) {
    await chown(directory, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  await runProgram(
    binaries.initdb,
    [
      ...[`--pgdata=${join(directory, "data")}`, "--username=postgres"],
      ...["--auth=scram-sha-256", `--pwfile=${passwordFile}`],
      ...["--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"],
    ],
    { ...user, cwd: directory, environment: { LC_ALL: "C" } },
  );
  await rm(passwordFile);
}

/** The processes of a killed server take a moment to notice, and until then hold its memory. */
async function startAfterCrash(server: OwnedServer): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      await server.start();
      return;
    } catch (error) {
      const log = await server.log();
      if (Date.now() > deadline || !log.includes("pre-existing shared memory block")) {
        throw error;
      }
    }
    await delay(20);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function findServerUser(): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([idOf("-u"), idOf("-g")]);
  return { uid, gid };
}

/** The machine's own `postgres` where there is one, else `nobody`: no user is made for a test. */
async function idOf(flag: "-u" | "-g"): Promise<number> {
  const printed = await runProgram("id", [flag, "postgres"]).catch(() =>
    runProgram("id", [flag, "nobody"]),
  );
  return Number(printed);
}

/** Copies programs that lie in a private folder, such as root's home, to where `user` finds them. */
async function makeReachable(
  binaries: PostgresBinaries,
  directory: string,
  user: ServerUser | undefined,
): Promise<PostgresBinaries> {
  if (user === undefined || (await isReachableByOthers(binaries.postgres))) {
    return binaries;
  }
  const installation = dirname(dirname(binaries.postgres));
  const copy = join(directory, "installation");
  await cp(installation, copy, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(copy, "bin", "initdb"), postgres: join(copy, "bin", "postgres") };
}

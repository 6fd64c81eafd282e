import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "./free-port.js";
import { OwnedServer } from "./owned-server.js";
import { findRedisProgram } from "./redis-program.js";

/** How {@link startPrivateRedisServer} sets the server up. */
export interface PrivateRedisOptions {
  /** Lines of redis.conf, as in `{ appendonly: "yes" }`. */
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** @defaultValue a free port */
  readonly port?: number | undefined;
}

/** A redis-server that belongs to this process. */
export interface PrivateRedisServer {
  readonly port: number;
  readonly server: OwnedServer;
}

const maximumPortTries = 5;

/** Starts redis-server in a temporary folder on 127.0.0.1. */
export async function startPrivateRedisServer(
  options: PrivateRedisOptions,
  findPort: () => Promise<number> = findFreePort,
): Promise<PrivateRedisServer> {
  const program = await findRedisProgram();
  const directory = await mkdtemp(join(tmpdir(), "rak-oauth-redis-"));
  let port = 0;
  const server: OwnedServer = new OwnedServer({
    name: "Redis",
    ...program,
    parameters: () => serverParameters(directory, port, options.config),
    directory,
    isReady: () => answers(port, server.pid, options.config?.["requirepass"]),
    stopSignal: "SIGKILL",
    shutdownSignal: "SIGTERM",
  });
  try {
    for (let tries = 1; server.pid === undefined; tries += 1) {
      port = options.port ?? (await findPort());
      await server.start().catch(async (error: unknown) => {
        const taken = (await server.log()).includes("in use");
        if (!taken || options.port !== undefined || tries === maximumPortTries) {
          throw error;
        }
      });
    }
    return { port, server };
  } catch (error) {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

function serverParameters(
  directory: string,
  port: number,
  config: Readonly<Record<string, string>> = {},
): readonly string[] {
  const settings = {
    bind: "127.0.0.1",
    port: String(port),
    dir: directory,
    save: "",
    appendonly: "no",
    daemonize: "no",
    ...config,
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/**
 * Whether the server has its data in memory and takes commands. Asks for its process id, because
 * another server may have taken the port since it was free.
 */
function answers(port: number, pid: number | undefined, password?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    let answer = "";
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once("connect", () => {
      const commands = password === undefined ? [["INFO"]] : [["AUTH", password], ["INFO"]];
      socket.write(commands.map(encodeCommand).join(""));
    });
    socket.on("data", (chunk) => {
      answer += chunk.toString();
      const owner = /process_id:(\d+)\r\n/.exec(answer)?.[1];
      const loading = /loading:(\d)\r\n/.exec(answer)?.[1];
      if (owner !== undefined && loading !== undefined) {
        resolve(owner === String(pid) && loading === "0");
        socket.destroy();
      }
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });
}

function encodeCommand(words: readonly string[]): string {
  const encoded = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${encoded.join("")}`;
}

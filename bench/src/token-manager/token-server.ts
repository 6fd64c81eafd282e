import { fork } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { FamilyReport, FamilySettings } from "./strict-grants.js";

/** What the server had to bear since it was last asked. */
interface ServerLoad {
  readonly requests: number;
  /** Most token requests that were in flight at once. */
  readonly highest: number;
  /** Families that are dead, of all since the start. */
  readonly dead: number;
}

/** A strict token server in a process of its own. */
export interface TokenServer {
  readonly origin: string;
  readonly tokenUrl: string;
  /** Opens a family whose answers are not the usual ones. */
  open(family: string, settings: FamilySettings): Promise<void>;
  report(family: string): Promise<FamilyReport>;
  /** Resolves once a token request of the family has come in. */
  arrival(family: string): Promise<void>;
  load(): Promise<ServerLoad>;
  stop(): Promise<void>;
}

/** Starts a {@link TokenServer}; it ends with this process. */
export async function startTokenServer(): Promise<TokenServer> {
  const program = fileURLToPath(new URL("./token-server-process.js", import.meta.url));
  const child = fork(program, { execArgv: [] });
  const [{ port }] = (await once(child, "message")) as [{ readonly port: number }];
  const origin = `http://127.0.0.1:${port}`;
  const ask = <Answer>(path: string, method = "GET", body = ""): Promise<Answer> =>
    askOnce(`${origin}${path}`, method, body) as Promise<Answer>;
  return {
    origin,
    tokenUrl: `${origin}/token`,
    open: (family, settings) => ask(`/families/${family}`, "PUT", JSON.stringify(settings)),
    report: (family) => ask(`/families/${family}`),
    arrival: (family) => ask(`/arrivals/${family}`),
    load: () => ask("/load"),
    async stop() {
      const exit = once(child, "exit");
      child.kill();
      await exit;
    },
  };
}

/**
 * Asks over a connection of its own: those that stampedes leave behind may be closed by the server
 * the moment they are used again.
 */
async function askOnce(url: string, method: string, body: string): Promise<unknown> {
  const question = request(url, { method, agent: false });
  question.end(body);
  const [answer] = (await once(question, "response")) as [IncomingMessage];
  return json(answer);
}

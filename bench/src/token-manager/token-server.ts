import { fork } from "node:child_process";
import { once } from "node:events";
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
  const ask = async <Answer>(path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${origin}${path}`, init);
    return (await response.json()) as Answer;
  };
  return {
    origin,
    tokenUrl: `${origin}/token`,
    open: (family, settings) =>
      ask(`/families/${family}`, { method: "PUT", body: JSON.stringify(settings) }),
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

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type {
  Answer,
  ApplicationSetup,
  GrantName,
  NumberedOrder,
  Order,
  Question,
  Report,
} from "./application-orders.js";

interface Waiting {
  resolve(result: readonly Answer[] | number): void;
  reject(error: Error): void;
}

/** A process of the application, as seen from the one that kills and pauses it. */
export class Application {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #halted = new Map<string, () => void>();
  #orders = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (report: Report) => this.#receive(report));
    this.#ended = once(child, "exit").then(([code, signal]) => {
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`A process of the application ended with ${code ?? signal}.`));
      }
      this.#waiting.clear();
    });
  }

  static start(): Application {
    return new Application(forkProgram());
  }

  /** Makes it open its store; before anything else. */
  async open(setup: ApplicationSetup): Promise<void> {
    await this.#carryOut({ order: "open", setup });
  }

  /** Asks for tokens; gives how each request ended, in order. */
  async ask(questions: readonly Question[]): Promise<readonly Answer[]> {
    return (await this.#carryOut({ order: "ask", questions })) as readonly Answer[];
  }

  /** Resolves when the process halts with the refresh of this grant. Call it before asking. */
  halted(grant: GrantName): Promise<void> {
    return new Promise((resolve) => {
      this.#halted.set(nameOf(grant), resolve);
    });
  }

  /** Lets everything that is halted, or will, go on; a paused process does so when resumed. */
  async goOn(): Promise<void> {
    await this.#carryOut({ order: "go on" });
  }

  /** Runs one sweep for each provider; gives how many grants it found to work on. */
  async sweep(): Promise<number> {
    return (await this.#carryOut({ order: "sweep" })) as number;
  }

  /** How long it was not running when it should have been, at most, since this was last asked. */
  async longestStallMs(): Promise<number> {
    return (await this.#carryOut({ order: "longest stall" })) as number;
  }

  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /** SIGKILL, also for a paused process. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** Ends it as applications end: refreshes on their way are written first. */
  async close(): Promise<void> {
    await this.#carryOut({ order: "close" });
    this.#child.disconnect();
    await this.#ended;
  }

  #carryOut(order: Order): Promise<readonly Answer[] | number> {
    this.#orders += 1;
    const numbered: NumberedOrder = { number: this.#orders, order };
    return new Promise((resolve, reject) => {
      this.#waiting.set(numbered.number, { resolve, reject });
      this.#child.send(numbered, (error) => {
        if (error) reject(error);
      });
    });
  }

  #receive(report: Report): void {
    if (report.kind === "halted") {
      this.#halted.get(nameOf(report.grant))?.();
      return;
    }
    const waiting = this.#waiting.get(report.number);
    this.#waiting.delete(report.number);
    if (report.kind === "done") waiting?.resolve(report.result);
    else waiting?.reject(new Error(report.message));
  }
}

/** The program is TypeScript where this file is, and built where this file is. */
function forkProgram(): ChildProcess {
  const fromSource = import.meta.url.endsWith(".ts");
  const name = `application-process.${fromSource ? "ts" : "js"}`;
  const program = new URL(name, import.meta.url);
  return fork(fileURLToPath(program), [], { execArgv: fromSource ? sourceParameters() : [] });
}

function sourceParameters(): string[] {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return ["--import", loader, "--conditions=@rak-oauth/source"];
}

function nameOf({ mode, userId }: GrantName): string {
  return `${mode} ${userId}`;
}

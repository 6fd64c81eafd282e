import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CallersOutcome } from "./callers.js";
import type { Grant, Surroundings } from "./contender.js";
import { monotonicMs } from "./monotonic-ms.js";

/** What a worker process is told. */
export type WorkerOrder =
  | {
      readonly kind: "connect";
      readonly contender: string;
      readonly surroundings: Surroundings;
      readonly grant: Grant;
    }
  | { readonly kind: "go"; readonly startAtMs: number; readonly callers: number };

/** What it answers when that is done. */
export interface WorkerAnswer {
  /** On the machine's monotonic clock. */
  readonly endedAtMs: number;
  readonly failed: number;
  /** The first token its callers got. */
  readonly token?: string | undefined;
}

/** Time for all workers to hear of the barrier. */
const noticeMs = 100;

/** Processes whose callers ask at the same moment. They end with this process. */
export class Workers {
  readonly #children: readonly ChildProcess[];
  /** Rejects when one of them ends, wanted or not. */
  readonly #ended: Promise<never>;

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
    this.#ended = Promise.race(children.map((child) => once(child, "exit"))).then(() => {
      throw new Error("A worker process has ended.");
    });
    this.#ended.catch(() => undefined);
  }

  static async start(count: number): Promise<Workers> {
    const program = fileURLToPath(new URL("./worker-process.js", import.meta.url));
    const children = Array.from({ length: count }, () => fork(program));
    await Promise.all(children.map((child) => once(child, "message")));
    return new Workers(children);
  }

  /** Lets every process get hold of a grant, as it does before the first caller comes. */
  async connect(contender: string, surroundings: Surroundings, grant: Grant): Promise<void> {
    await this.#tell({ kind: "connect", contender, surroundings, grant });
  }

  /** Lets so many callers of every process ask at once; from the barrier to the last one served. */
  async go(callers: number): Promise<CallersOutcome & Pick<WorkerAnswer, "endedAtMs">> {
    const startAtMs = monotonicMs() + noticeMs;
    const answers = await this.#tell({ kind: "go", startAtMs, callers });
    const token = answers.find((answer) => answer.token !== undefined)?.token;
    let failed = 0;
    for (const answer of answers) failed += answer.token === token ? answer.failed : callers;
    const endedAtMs = Math.max(...answers.map((answer) => answer.endedAtMs));
    return { ms: endedAtMs - startAtMs, endedAtMs, failed };
  }

  /** Ends them as a crash would. */
  async kill(): Promise<void> {
    const exits = this.#children.map((child) => once(child, "exit"));
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all(exits);
  }

  #tell(order: WorkerOrder): Promise<readonly WorkerAnswer[]> {
    const answers = this.#children.map(async (child) => {
      const answer = once(child, "message");
      child.send(order);
      return (await answer)[0] as WorkerAnswer;
    });
    return Promise.race([Promise.all(answers), this.#ended]);
  }
}

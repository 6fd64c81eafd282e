import { atMost, type Figure, type Size } from "../figure.js";
import { type Turn, type TurnResults, takeTurns } from "../take-turns.js";
import {
  type Contender,
  expiredGrant,
  type OpenContender,
  type Surroundings,
} from "./contender.js";
import { nextUserId } from "./entrant.js";
import { peers } from "./peers/all-peers.js";
import { timeRawRequest } from "./raw-request.js";
import type { TokenServer } from "./token-server.js";
import { Workers } from "./workers.js";

const processes = 8;
const callersEach = 250;
const floor = "one raw request";

/** Several processes on one store. */
export interface ProcessesContest {
  readonly store: "Redis" | "PostgreSQL";
  readonly ours: Contender;
  /** What a careful person writes by hand. */
  readonly lock: Contender;
  readonly ratio: number;
  readonly server: TokenServer;
  readonly surroundings: Surroundings;
  readonly tell: (line: string) => void;
}

interface Seen {
  requests: number;
  failed: number;
  dead: number;
}

/** Measures callers of many processes who ask for one expired token at the same moment. */
export async function measureProcesses(
  contest: ProcessesContest,
  size: Size,
): Promise<readonly Figure[]> {
  const { ours, lock, server } = contest;
  const label = `${processes} processes × ${callersEach} callers, ${contest.store}`;
  const seen = new Map<string, Seen>();
  const workers = await Workers.start(processes);
  const opened: OpenContender[] = [];
  const turnOf = async (contender: Contender): Promise<Turn> => {
    const open = await contender.open(contest.surroundings);
    opened.push(open);
    const worst = { requests: 0, failed: 0, dead: 0 };
    seen.set(contender.name, worst);
    return {
      name: contender.name,
      async measure() {
        const grant = expiredGrant(nextUserId());
        await open.store?.(grant);
        await workers.connect(contender.name, contest.surroundings, grant);
        const { ms, failed } = await workers.go(callersEach);
        const { requests, alive } = await server.report(grant.userId);
        worst.requests = Math.max(worst.requests, requests);
        worst.failed = Math.max(worst.failed, failed);
        worst.dead += alive ? 0 : 1;
        return ms;
      },
    };
  };
  const floorTurn = {
    name: floor,
    measure: () => timeRawRequest(server.tokenUrl, nextUserId()),
  };
  try {
    contest.tell(`${label}: rounds`);
    const results = await takeTurns({ count: size === "full" ? 21 : 5, warmUps: 10 }, [
      floorTurn,
      await turnOf(ours),
      await turnOf(lock),
    ]);
    const figures = [...oursFigures(contest, label, seen, results)];
    const lockRatio = results.ratio(lock.name, floor);
    figures.push(otherFigure(label, lock, seen, results.median(lock.name), lockRatio));
    for (const contender of peers) {
      contest.tell(`${label}: ${contender.name}`);
      // Once, against the floor of the rounds before: after a stampede a request is slow itself.
      const ms = await (await turnOf(contender)).measure();
      figures.push(otherFigure(label, contender, seen, ms, ms / results.median(floor)));
    }
    return figures;
  } finally {
    await workers.kill();
    for (const open of opened) await open.close?.();
  }
}

function oursFigures(
  { ours, ratio }: ProcessesContest,
  label: string,
  seen: ReadonlyMap<string, Seen>,
  results: TurnResults,
): readonly Figure[] {
  const { requests = 0, failed = 0, dead = 0 } = seen.get(ours.name) ?? {};
  const count = (what: string, value: number, limit: number, detail: string): Figure => ({
    name: `${label}: ${what}`,
    value,
    unit: "",
    target: atMost(limit),
    detail,
  });
  return [
    count("token requests", requests, 1, "the most of any round"),
    count("callers failed", failed, 0, "the most of any round; all got the same token"),
    count("families dead", dead, 0, "of all rounds"),
    {
      name: label,
      value: results.ratio(ours.name, floor),
      unit: "×",
      target: atMost(ratio),
      detail: `${inMs(results, ours.name)} from the barrier to the last caller against ${inMs(results, floor)} of ${floor}`,
    },
  ];
}

function otherFigure(
  label: string,
  { name, remark }: Contender,
  seen: ReadonlyMap<string, Seen>,
  ms: number,
  ratio: number,
): Figure {
  const { requests = 0, failed = 0, dead = 0 } = seen.get(name) ?? {};
  return {
    name: `${label}: ${name}`,
    value: ratio,
    unit: "×",
    detail: `${requests} token requests, ${failed} of ${processes * callersEach} callers failed or got another token${dead > 0 ? ", family dead" : ""}; ${ms.toFixed(1)} ms${remark === undefined ? "" : `; ${remark}`}`,
  };
}

function inMs(results: TurnResults, name: string): string {
  return `${results.median(name).toFixed(1)} ms`;
}

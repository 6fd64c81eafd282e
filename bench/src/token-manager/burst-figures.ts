import { atMost, type Figure, type Size } from "../figure.js";
import { type Turn, type TurnResults, takeTurns } from "../take-turns.js";
import { type Contest, Entrant, nextUserId } from "./entrant.js";
import { ourMemory } from "./our-contenders.js";
import { peers } from "./peers/all-peers.js";
import { timeRawRequest } from "./raw-request.js";

const floor = "one raw request";
/** Callers of a round that tells who asks the server once for all. */
const fewCallers = 10;
/** Who opens one or two connections for each caller soon has as many as a process may. */
const mostConnections = 5_000;
/** Generous, so that a slow spell of the machine does not excuse anybody from the comparison. */
const nearMs = 3_000;

/** Callers of one user, in one process, who all ask at once. */
export interface Burst extends Contest {
  readonly label: string;
  readonly ratio: number;
  readonly tell: (line: string) => void;
  /** The server is in trouble: nobody can be served, and everybody is to be told. */
  readonly isOutage?: boolean | undefined;
}

/** Measures ours, and all peers, against one raw request of the same server. */
export async function measureBurst(burst: Burst, size: Size): Promise<readonly Figure[]> {
  const ours = new Entrant(ourMemory, burst);
  const others = peers.map((contender) => new Entrant(contender, burst));
  try {
    // Who comes near is measured in the same rounds; who stampedes, later and less often: the
    // thousands of connections that leaves behind would be in everybody's way.
    const rivals: Entrant[] = [];
    for (const entrant of others) if (await comesNear(entrant)) rivals.push(entrant);
    const count = size === "full" ? 15 : 3;
    burst.tell(`${burst.label}: rounds with ${rivals.length} of ${others.length} peers`);
    const results = await takeTurns({ count, warmUps: 3 }, [
      floorTurn(burst),
      ours.turn,
      ...rivals.map(({ turn }) => turn),
    ]);
    const figures = [...oursFigures(burst, ours, results)];
    if (burst.isOutage !== true) figures.push(lead(burst, rivals, results));
    for (const entrant of rivals) {
      const { name } = entrant.contender;
      figures.push(peerFigure(burst, entrant, results.median(name), results.ratio(name, floor)));
    }
    for (const entrant of others.filter((other) => !rivals.includes(other))) {
      if (burst.callers > mostConnections) {
        figures.push(stampedeFigure(burst, entrant));
        continue;
      }
      burst.tell(`${burst.label}: ${entrant.contender.name}`);
      // Once, for each of them keeps the whole machine busy for long; and against the floor of the
      // rounds before, for a request in the aftermath of a stampede is slow itself.
      const { ms } = await entrant.round();
      figures.push(peerFigure(burst, entrant, ms, ms / results.median(floor)));
    }
    return figures;
  } finally {
    for (const entrant of [ours, ...others]) await entrant.close();
  }
}

async function comesNear(entrant: Entrant): Promise<boolean> {
  await entrant.round(fewCallers);
  if (entrant.requests !== 1) return false;
  return (await entrant.round()).ms < nearMs;
}

function floorTurn({ server, settings }: Burst): Turn {
  return {
    name: floor,
    async measure() {
      const family = nextUserId();
      if (settings !== undefined) await server.open(family, settings);
      return timeRawRequest(server.tokenUrl, family);
    },
  };
}

function oursFigures(burst: Burst, ours: Entrant, results: TurnResults): readonly Figure[] {
  const { label, callers, ratio, isOutage = false } = burst;
  const { name } = ours.contender;
  return [
    {
      name: `${label}: token requests`,
      value: ours.requests,
      unit: "",
      target: atMost(1),
      detail: "the most of any round",
    },
    isOutage
      ? {
          name: `${label}: callers not told`,
          value: callers - ours.fewestFailed,
          unit: "",
          target: atMost(0),
          detail: "the most of any round",
        }
      : {
          name: `${label}: callers failed`,
          value: ours.failed,
          unit: "",
          target: atMost(0),
          detail: `the most of any round; ${ours.deadFamilies} families dead`,
        },
    {
      name: label,
      value: results.ratio(name, floor),
      unit: "×",
      target: atMost(ratio),
      detail: `${inMs(results, name)} to the last caller against ${inMs(results, floor)} of ${floor}`,
    },
  ];
}

/** How far ahead of the best peer that serves everybody. */
function lead(burst: Burst, rivals: readonly Entrant[], results: TurnResults): Figure {
  const name = `${burst.label}: against the fastest peer`;
  const serving = rivals.filter(({ failed }) => failed === 0);
  if (serving.length === 0) {
    // Not reached, for nothing was compared.
    const detail = `no peer served everybody within ${nearMs} ms: measure on a quieter machine`;
    return { name, unit: "×", target: atMost(1), detail };
  }
  const ratios = serving.map(({ contender }) => results.ratio(ourMemory.name, contender.name));
  return {
    name,
    value: Math.max(...ratios),
    unit: "×",
    target: atMost(1),
    detail: `near ones that serve everybody: ${serving.map(({ contender }) => `${contender.name} ${inMs(results, contender.name)}`).join(", ")}`,
  };
}

function peerFigure(burst: Burst, entrant: Entrant, ms: number, ratio: number): Figure {
  const { name, remark } = entrant.contender;
  const dead = entrant.deadFamilies > 0 ? ", family dead" : "";
  return {
    name: `${burst.label}: ${name}`,
    value: ratio,
    unit: "×",
    detail: `${entrant.requests} token requests, ${entrant.failed} callers failed${dead}; ${ms.toFixed(1)} ms${remark === undefined ? "" : `; ${remark}`}`,
  };
}

function stampedeFigure({ label }: Burst, { contender: { name } }: Entrant): Figure {
  const detail = "sends a request or more for each caller: measured with fewer";
  return { name: `${label}: ${name}`, unit: "×", detail };
}

function inMs(results: TurnResults, name: string): string {
  return `${results.median(name).toFixed(1)} ms`;
}

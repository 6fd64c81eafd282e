import { setTimeout as delay } from "node:timers/promises";
import { atMost, type Figure, type Size } from "../figure.js";
import { type Contender, expiredGrant, type Surroundings } from "./contender.js";
import { nextUserId } from "./entrant.js";
import { monotonicMs } from "./monotonic-ms.js";
import type { TokenServer } from "./token-server.js";
import { Workers } from "./workers.js";

/** The default of `leaseMs`. */
const leaseMs = 5_000;
const allowanceMs = 150;
const survivors = 3;
const callersEach = 50;
/** Longer than a third of the lease: the holder has renewed it when it dies. */
const firstDelayMs = 4_000;
const killAfterMs = leaseMs / 3 + 300;

/** What becomes of the others when the process that refreshes is killed. */
export interface KilledHolderContest {
  readonly store: "Redis" | "PostgreSQL";
  readonly ours: Contender;
  readonly server: TokenServer;
  readonly surroundings: Surroundings;
  readonly tell: (line: string) => void;
}

interface Recovery {
  /** From the kill to the last survivor's caller told. */
  readonly ms: number;
  readonly failed: number;
  readonly alive: boolean;
  readonly requests: number;
}

/** Measures how soon the callers of the surviving processes are told, and whether they get a token. */
export async function measureKilledHolder(
  contest: KilledHolderContest,
  size: Size,
): Promise<readonly Figure[]> {
  const { store } = contest;
  const label = `lease holder killed, ${store}`;
  const recoveries: Recovery[] = [];
  for (let round = 0; round < (size === "full" ? 3 : 1); round += 1) {
    contest.tell(`${label}: round ${round + 1}`);
    recoveries.push(await killOnce(contest, 60_000));
  }
  contest.tell(`${label}: strict server`);
  const strict = await killOnce(contest, 0);
  const callers = survivors * callersEach;
  return [
    {
      name: `${label}: recovery`,
      value: Math.max(...recoveries.map(({ ms }) => ms)),
      unit: "ms",
      target: atMost(leaseMs + allowanceMs),
      detail: `the longest of ${recoveries.length}, from the kill to the last of ${callers} callers; the holder had renewed its lease of ${leaseMs} ms`,
    },
    {
      name: `${label}: lost with a reuse window`,
      value: recoveries.reduce((lost, { failed, alive }) => lost + failed + (alive ? 0 : 1), 0),
      unit: "",
      target: atMost(0),
      detail: "callers failed and families dead, of all rounds",
    },
    {
      name: `${label}: server without a reuse window`,
      value: strict.ms,
      unit: "ms",
      detail: `until ${strict.failed} of ${callers} callers are refused or have waited 30 s, after ${strict.requests} token requests: the lost answer held the only refresh token`,
    },
  ];
}

async function killOnce(contest: KilledHolderContest, reuseWindowMs: number): Promise<Recovery> {
  const { ours, server, surroundings } = contest;
  const open = await ours.open(surroundings);
  const [holder, others] = await Promise.all([Workers.start(1), Workers.start(survivors)]);
  try {
    const grant = expiredGrant(nextUserId());
    await server.open(grant.userId, { firstDelayMs, reuseWindowMs });
    await open.store?.(grant);
    await holder.connect(ours.name, surroundings, grant);
    await others.connect(ours.name, surroundings, grant);
    const held = holder.go(1).catch(() => undefined);
    await server.arrival(grant.userId);
    const told = others.go(callersEach);
    await delay(killAfterMs);
    const killedAt = monotonicMs();
    await holder.kill();
    await held;
    const { endedAtMs, failed } = await told;
    const { alive, requests } = await server.report(grant.userId);
    return { ms: endedAtMs - killedAt, failed, alive, requests };
  } finally {
    await others.kill();
    await open.close?.();
  }
}

import { allowedFate, type Fate, mayRepeat } from "./allowed-fate.js";
import type { Answer, Question } from "./application-orders.js";
import type { Fault } from "./fault.js";
import type { Clocks, Cuttable, Lane, Victim } from "./lane.js";
import type { HeldRequest, HoldMoment } from "./providers.js";
import { type ReuseMode, reuseModes, type Step, steps } from "./step.js";

/** What is done to one process in the middle of a refresh at each step. */
export interface RoundOptions {
  readonly fault: Fault;
  /** Names its grants. */
  readonly number: number;
  /** Whether the server commits what it holds after the survivors acted, or before. */
  readonly commitsLate: boolean;
  /** Whether survivors ask for the tokens as well, or only sweep. */
  readonly asked: boolean;
}

/** What became of one grant. */
export interface GrantResult {
  readonly store: string;
  readonly clocks: Clocks;
  readonly fault: Fault;
  readonly step: Step;
  readonly mode: ReuseMode;
  readonly fate: Fate;
  /** How often a refresh token came to the provider that was spent before. */
  readonly staleSpends: number;
  /** Whether the sweep left a refresh as a dead process had begun it. */
  readonly unfinished: boolean;
  /** What a survivor was told in the end: `served`, or the code of an error. */
  readonly answer: Answer;
}

interface StruckGrant extends Question {
  readonly step: Step;
  readonly held?: HeldRequest | undefined;
  readonly reached: Promise<unknown>;
}

interface Struck {
  readonly lane: Lane;
  readonly victim: Victim;
  readonly grants: readonly StruckGrant[];
  /** Resolves when the victim's callers have their answers. */
  readonly asking: Promise<unknown>;
  readonly options: RoundOptions;
}

const cuttable: Readonly<Partial<Record<Fault, Cuttable>>> = {
  "cut from the provider": "provider",
  "cut from the store": "store",
  "cut from the store alone": "store",
  "store away for all": "store",
};

/**
 * Brings one process to a halt with a refresh at each step, at a strict provider and at one with a
 * reuse window, lets the fault strike all of them at once, and tells what became of each grant.
 */
export async function playRound(
  lane: Lane,
  options: RoundOptions,
): Promise<readonly GrantResult[]> {
  const victim = await lane.takeVictim(cuttable[options.fault] ?? "none");
  const grants = await begin(lane, victim, options);
  const asking = victim.process.ask(grants.map(toQuestion));
  // A killed process answers nobody.
  asking.catch(() => undefined);
  await Promise.all(grants.map(({ reached }) => reached));
  await strike({ lane, victim, grants, asking, options });
  if (options.fault !== "killed") await lane.giveBack(victim);
  await lane.recover(grants, false);
  return inspect(lane, grants, options.fault);
}

/** Deviations from what may become of grants, in words. */
export function deviationsIn(results: readonly GrantResult[]): readonly string[] {
  return results.flatMap((result) => {
    const { fate, staleSpends, answer, fault, step, mode, store, clocks } = result;
    const allowed = allowedFate(result);
    const where = `${store}, ${clocks} clocks, ${mode}, ${fault}, ${step}`;
    const found: string[] = [];
    if (allowed === "either" ? fate === "given up" : fate !== allowed) {
      found.push(`${where}: ${fate} (${answer}), not ${allowed}`);
    }
    if (staleSpends > 0 && !mayRepeat(result)) {
      found.push(`${where}: ${staleSpends} times a spent refresh token was sent again`);
    }
    if (result.unfinished) found.push(`${where}: no sweep finished the refresh`);
    return found;
  });
}

async function begin(
  lane: Lane,
  { process }: Victim,
  options: RoundOptions,
): Promise<readonly StruckGrant[]> {
  const places = reuseModes.flatMap((mode) => steps.map((step) => ({ mode, step })));
  return Promise.all(
    places.map(async ({ mode, step }): Promise<StruckGrant> => {
      const grant = { mode, userId: `${options.number}.${step}` };
      await lane.connect(grant);
      const moment = momentOf(step);
      if (moment === undefined) {
        return { ...grant, step, haltAt: step, reached: process.halted(grant) };
      }
      const held = lane.providers.hold(grant, moment);
      // Nothing in the process halts at this step: its request does, at the provider.
      return { ...grant, step, haltAt: step, held, reached: held.reached };
    }),
  );
}

function momentOf(step: Step): HoldMoment | undefined {
  if (step === "in-flight" || step === "abandoned") return "before";
  return step === "rotated" ? "after" : undefined;
}

function toQuestion({ mode, userId, haltAt }: StruckGrant): Question {
  return { mode, userId, haltAt };
}

async function strike(struck: Struck): Promise<void> {
  const { lane, victim, grants, asking, options } = struck;
  const { process, proxies } = victim;
  const cut = () => proxies.forEach((proxy) => void proxy.cut());
  const mend = () => proxies.forEach((proxy) => void proxy.resume());
  const others = async () => {
    if (!options.commitsLate) settleRequests(grants);
    await lane.recover(grants, options.asked);
    settleRequests(grants);
  };
  switch (options.fault) {
    case "none":
      await process.goOn();
      settleRequests(grants);
      break;
    case "killed":
      await process.kill();
      await others();
      return;
    case "paused":
      process.pause();
      await others();
      process.resume();
      await process.goOn();
      break;
    case "paused alone":
      process.pause();
      settleRequests(grants);
      await lane.leasesOver(grants);
      process.resume();
      await process.goOn();
      break;
    case "cut from the provider":
      cut();
      await process.goOn();
      await asking;
      mend();
      await others();
      break;
    case "cut from the store":
      cut();
      await process.goOn();
      await others();
      mend();
      break;
    case "cut from the store alone":
      cut();
      await process.goOn();
      settleRequests(grants);
      await lane.leasesOver(grants);
      mend();
      break;
    case "store away for all":
      cut();
      lane.cutSurvivors();
      await process.goOn();
      settleRequests(grants);
      if (options.asked) await lane.ask(grants);
      await lane.leasesOver(grants);
      mend();
      lane.mendSurvivors();
      await others();
      break;
  }
  await asking;
}

/** The server does what it holds, or gives it up where that is the step. */
function settleRequests(grants: readonly StruckGrant[]): void {
  for (const { step, held } of grants) {
    if (step === "abandoned") held?.abandon();
    else held?.goOn();
  }
}

async function inspect(
  lane: Lane,
  grants: readonly StruckGrant[],
  fault: Fault,
): Promise<readonly GrantResult[]> {
  const { storeName: store, clocks, providers } = lane;
  const before = grants.map((grant) => providers.state(grant).staleSpends);
  const expired = await lane.expired(grants);
  const answers = await lane.refresh(grants);
  return Promise.all(
    grants.map(async (grant, index): Promise<GrantResult> => {
      const { step, mode } = grant;
      const { alive, staleSpends } = providers.state(grant);
      const answer = answers[index] ?? "no answer";
      const isKept =
        answer === "served" &&
        // A token that only the reuse window accepts is not the living one.
        staleSpends === before[index] &&
        (await lane.holdsLivingToken(grant));
      const fate: Fate = isKept ? "kept" : alive ? "given up" : "lost";
      // Where nothing was leased there is nothing to finish, and the living finish their own.
      const unfinished = fault === "killed" && step !== "unleased" && expired.has(grant);
      return { store, clocks, fault, step, mode, fate, staleSpends, unfinished, answer };
    }),
  );
}

import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  type Clock,
  CredentialService,
  type CredentialStore,
  defineOAuth2Config,
  isOAuth2Error,
  parseKeyring,
} from "@rak-oauth/core";
import { TokenManager } from "@rak-oauth/token-manager";
import type {
  Answer,
  ApplicationSetup,
  GrantName,
  NumberedOrder,
  Order,
  Question,
  Report,
} from "./application-orders.js";
import { type Halt, haltingFetch, haltingStore } from "./halting.js";
import { type OpenStore, openStore } from "./open-store.js";
import { type ReuseMode, reuseModes, type Step } from "./step.js";

/*
 * One process of an application: opens the shared store, asks for tokens, sweeps, and halts where it
 * is told to, with nothing of that in the library itself.
 */

interface World {
  readonly setup: ApplicationSetup;
  readonly opened: OpenStore;
  /** One for each provider, as applications have it. */
  readonly managers: readonly TokenManager[];
}

let world: World | undefined;
const stalls = monitorEventLoopDelay();
stalls.enable();
/** Ends the waiting of everything that is halted. */
let goOn = () => {};
let toldToGoOn = Promise.resolve();

process.on("disconnect", () => process.exit());
process.on("message", async ({ number, order }: NumberedOrder) => {
  try {
    tell({ kind: "done", number, result: await carryOut(order) });
  } catch (error) {
    tell({ kind: "failed", number, message: String(error) });
  }
});

function tell(report: Report): void {
  process.send?.(report);
}

async function carryOut(order: Order): Promise<readonly Answer[] | number> {
  switch (order.order) {
    case "open":
      world = await open(order.setup);
      return [];
    case "ask":
      toldToGoOn = new Promise((resolve) => {
        goOn = resolve;
      });
      return Promise.all(order.questions.map((question) => answer(question)));
    case "sweep":
      return sweep();
    case "longest stall": {
      const longestMs = stalls.max / 1e6;
      stalls.reset();
      return longestMs;
    }
    case "go on":
      goOn();
      return [];
    case "close":
      await close();
      return [];
  }
}

async function open(setup: ApplicationSetup): Promise<World> {
  const opened = await openStore(setup.store);
  const managers = reuseModes.map((mode) => managerOf(setup, mode, opened.store));
  // The connection is made before any fault.
  await opened.store.read({ userId: "nobody", provider: "strict" });
  return { setup, opened, managers };
}

async function sweep(): Promise<number> {
  const results = await Promise.all(opened().managers.map((manager) => manager.sweep()));
  return results.reduce((count, { recovered, failed }) => count + recovered + failed, 0);
}

async function answer(question: Question): Promise<Answer> {
  const { userId, mode, haltAt, force } = question;
  const halting = haltAt && haltingManager({ userId, mode }, haltAt);
  const manager = halting ?? opened().managers[reuseModes.indexOf(mode)];
  try {
    await manager?.getToken({ userId, forceRefresh: force });
    return "served";
  } catch (error) {
    return isOAuth2Error(error) ? error.code : String(error);
  } finally {
    await halting?.close();
  }
}

/** A manager for one grant, which halts once, at one step. */
function haltingManager(grant: GrantName, haltAt: Step): TokenManager {
  const { setup, opened: store } = opened();
  const untilToldToGoOn = toldToGoOn;
  let halted = false;
  const halt: Halt = async (step: Step) => {
    if (step !== haltAt || halted) return;
    halted = true;
    tell({ kind: "halted", grant });
    await untilToldToGoOn;
  };
  return managerOf(setup, grant.mode, haltingStore(store.store, halt), haltingFetch(halt));
}

function managerOf(
  setup: ApplicationSetup,
  mode: ReuseMode,
  store: CredentialStore,
  send?: typeof fetch,
): TokenManager {
  const clock: Clock = { now: () => Date.now() + setup.clockAheadMs };
  return new TokenManager({
    config: defineOAuth2Config({
      provider: mode,
      clientId: "agent",
      clientAuthentication: "none",
      tokenUrl: `${setup.providerUrls[mode]}/token`,
      flow: "refresh_token",
      allowInsecureLoopback: true,
      quirks: mode === "window" ? { refreshReuseWindowSeconds: 30 } : {},
    }),
    credentials: new CredentialService({ store, keys: parseKeyring(setup.keyLine), clock }),
    leaseMs: setup.leaseMs,
    fetch: send,
  });
}

/** Ends as an application should: what is refreshed is written first. */
async function close(): Promise<void> {
  const { managers, opened: store } = opened();
  await Promise.all(managers.map((manager) => manager.close()));
  await store.close();
}

function opened(): World {
  if (world === undefined) throw new Error("The store is not open.");
  return world;
}

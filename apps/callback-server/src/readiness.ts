import { createHash } from "node:crypto";
import {
  type CredentialStore,
  isOAuth2Error,
  type PendingAuthorizationStore,
} from "@rak-oauth/core";

/** Parts by name, each `ok` or one word of what is wrong with it. */
export type PartStates = Readonly<Record<string, string>>;

/** Options of {@link createStoreCheck}. */
export interface StoreCheckOptions {
  /** How long a store may take to answer, in milliseconds. @defaultValue 2000 */
  readonly timeoutMs?: number | undefined;
}

/** Asked for on purpose, and never there. */
const nobody = { provider: "readiness", userId: "nobody" };
const noState = createHash("sha256").update("readiness").digest("base64url");

/**
 * Gives a check of both stores: one read each, of what is not there. Whoever asks while an answer is
 * awaited waits for the same one, so that no number of questions is a burden.
 */
export function createStoreCheck(
  stores: {
    readonly credentials: CredentialStore;
    readonly pendingAuthorizations: PendingAuthorizationStore;
  },
  options: StoreCheckOptions = {},
): () => Promise<PartStates> {
  const { timeoutMs = 2_000 } = options;
  const checks = {
    credentials: shareAnswer(() => stores.credentials.read(nobody)),
    pending_authorizations: shareAnswer(() => stores.pendingAuthorizations.find(noState)),
  };
  return async () => {
    const states = Object.entries(checks).map(
      async ([name, ask]) => [name, await withTimeout(ask(), timeoutMs)] as const,
    );
    return Object.fromEntries(await Promise.all(states));
  };
}

function shareAnswer(ask: () => Promise<unknown>): () => Promise<string> {
  let running: Promise<string> | undefined;
  return () => {
    running ??= stateOf(ask).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function stateOf(ask: () => Promise<unknown>): Promise<string> {
  try {
    await ask();
    return "ok";
  } catch (error) {
    return isOAuth2Error(error) ? error.code : "internal_error";
  }
}

async function withTimeout(answer: Promise<string>, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, "no_answer");
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

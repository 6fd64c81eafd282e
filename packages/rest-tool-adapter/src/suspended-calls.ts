import { randomUUID } from "node:crypto";
import type {
  CredentialKey,
  Sealer,
  SealingContext,
  SuspendedCallStatus,
  SuspendedCallStore,
} from "@rak-oauth/core";
import { type ToolContext, userOf } from "./tool-context.js";
import type { PendingAuthorizationResult } from "./tool-result.js";

/** A call of a tool that waits for its user, opened. */
export interface SuspendedCall {
  readonly id: string;
  readonly status: SuspendedCallStatus;
  /** For whom it is, and at which provider authorization was missing. */
  readonly key: CredentialKey;
  readonly toolName: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly callId: string | undefined;
}

/** What is sealed of a call: all of it but whose it is. */
type CallContent = Pick<SuspendedCall, "toolName" | "params" | "callId">;

/** What {@link SuspendedCalls} needs. */
export interface SuspendedCallsOptions {
  readonly store: SuspendedCallStore;
  readonly sealer: Sealer;
  readonly ttlMs: number;
}

/** Seals and opens suspended calls; each is bound to its owner, its provider and what it waits for. */
export class SuspendedCalls {
  readonly #options: SuspendedCallsOptions;

  constructor(options: SuspendedCallsOptions) {
    this.#options = options;
  }

  /** @throws MissingUserIdError when the context names no user, whom nobody could ask. */
  async keep(
    { auth_request_id: authRequestId, provider }: PendingAuthorizationResult,
    call: Pick<SuspendedCall, "toolName" | "params"> & { readonly context: ToolContext },
  ): Promise<void> {
    const { toolName, params, context } = call;
    const { store, sealer, ttlMs } = this.#options;
    const id = randomUUID();
    const key: CredentialKey = { ...userOf(context, provider), provider };
    const content: CallContent = { toolName, params, callId: context.callId };
    const bytes = Buffer.from(JSON.stringify(content), "utf8");
    const sealed = await sealer.seal(bytes, contextOf({ id, authRequestId, key }));
    // Few calls are ever kept, so this is the time to tidy up.
    await store.deleteExpired();
    await store.open({ id, authRequestId, key, ...sealed }, { ttlMs });
  }

  /** @throws SealingError when a call was changed, moved, or sealed with a key that is gone. */
  async list(authRequestId: string): Promise<readonly SuspendedCall[]> {
    const { store, sealer } = this.#options;
    const records = await store.list(authRequestId);
    return Promise.all(
      records.map(async ({ id, key, status, sealed }) => {
        const bytes = await sealer.open(sealed, contextOf({ id, authRequestId, key }));
        const content = JSON.parse(Buffer.from(bytes).toString("utf8")) as CallContent;
        return { id, key, status, ...content, callId: content.callId };
      }),
    );
  }

  /** Whether the call is now this caller's, and nobody else's, to make. */
  async take({ id }: SuspendedCall): Promise<boolean> {
    return (await this.#options.store.take(id)) !== undefined;
  }

  /** Forgets a call that was made; where that fails it is seen as taken until it expires. */
  async forget({ id }: SuspendedCall): Promise<void> {
    // What the call came to matters more than that it is still kept.
    await this.#options.store.delete(id).catch(() => undefined);
  }
}

function contextOf(call: {
  readonly id: string;
  readonly authRequestId: string;
  readonly key: CredentialKey;
}): SealingContext {
  return { key: call.key, field: `suspended-call:${call.authRequestId}:${call.id}` };
}

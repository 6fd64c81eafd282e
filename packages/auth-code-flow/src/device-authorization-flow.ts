import { scheduler as systemScheduler } from "node:timers/promises";
import {
  AuthorizationError,
  assertCredentialKey,
  type Clock,
  ConfigurationError,
  type CredentialKey,
  type CredentialService,
  MissingUserIdError,
  type PendingAuthorizationOutcome,
  type PendingAuthorizationRecord,
  type PendingAuthorizationStore,
  type Scheduler,
  systemClock,
} from "@rak-oauth/core";
import {
  authorizeDevice,
  type DeviceAuthorization,
  type TokenEndpoint,
} from "@rak-oauth/token-manager";
import type {
  StartAuthorizationOptions,
  StartedAuthorization,
} from "./authorization-code-flow-options.js";
import { randomHandle } from "./browser-binding.js";
import { hashState } from "./flow-secrets.js";
import { reportFailure } from "./report-failure.js";
import { createJoinKey } from "./start-authorization.js";
import { toFailure } from "./to-failure.js";
import {
  type AuthorizationOutcome,
  type WaitForAuthorizationOptions,
  waitForSettlement,
} from "./wait-for-settlement.js";

/** Options of {@link DeviceAuthorizationFlow}. */
export interface DeviceAuthorizationFlowOptions {
  /** Of one provider; its configuration has a `deviceAuthorizationUrl`. */
  readonly endpoint: TokenEndpoint;
  readonly credentials: CredentialService;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  /** Called when asking for the tokens, or recording how it ended, fails; for the log. */
  readonly onFailure?: ((failure: DeviceFlowFailure) => void) | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** @defaultValue `scheduler` of node:timers/promises */
  readonly scheduler?: Scheduler | undefined;
}

/** A device authorization that did not go on. */
export interface DeviceFlowFailure {
  /** Handle, the `auth_request_id`. */
  readonly id: string;
  readonly error: unknown;
}

interface Wish {
  readonly key: CredentialKey & { readonly userId: string };
  readonly scopes: readonly string[];
  readonly joinKey: string;
}

interface Running {
  readonly started: Promise<StartedAuthorization>;
  /** Until then, in milliseconds since the epoch, others who want the same share it. */
  shareUntil: number;
}

/**
 * The device flow of one provider for agents without a public address: the user opens a page of the
 * provider and types a code there, while this process asks for the tokens until they have decided.
 * Any process that shares the stores can wait for it.
 *
 * Whoever has the code can use it: nothing ties it to the user it was made for, so show it to nobody
 * else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628
 */
export class DeviceAuthorizationFlow {
  readonly #options: DeviceAuthorizationFlowOptions;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #running = new Map<string, Running>();
  readonly #closing = new AbortController();
  readonly #polls = new Set<Promise<void>>();

  /** @throws ConfigurationError when the provider's configuration has no `deviceAuthorizationUrl`. */
  constructor(options: DeviceAuthorizationFlowOptions) {
    const { config } = options.endpoint;
    if (config.deviceAuthorizationUrl === undefined) {
      throw new ConfigurationError(
        `DeviceAuthorizationFlow for "${config.provider}": deviceAuthorizationUrl is missing in its configuration. Give the device authorization endpoint (RFC 8628 §3.1).`,
      );
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#scheduler = options.scheduler ?? systemScheduler;
  }

  /**
   * Starts a device authorization for one user, and gives the address and the code for this user.
   * Equal wishes of one user share one while at least half of its time is left.
   *
   * @throws ConfigurationError when the provider is another one.
   * @throws MissingUserIdError without a user.
   * @throws TokenRequestError when the provider gives no code.
   */
  async start(options: Omit<StartAuthorizationOptions, "returnTo">): Promise<StartedAuthorization> {
    const wish = this.#toWish(options);
    this.#closing.signal.throwIfAborted();
    const running = this.#running.get(wish.joinKey);
    if (running !== undefined && this.#clock.now() <= running.shareUntil) return running.started;
    const begun: Running = {
      started: this.#begin(wish, () => {
        if (this.#running.get(wish.joinKey) === begun) this.#running.delete(wish.joinKey);
      }),
      shareUntil: Number.POSITIVE_INFINITY,
    };
    this.#running.set(wish.joinKey, begun);
    const started = await begun.started;
    const now = this.#clock.now();
    begun.shareUntil = now + (started.expiresAt.getTime() - now) / 2;
    return started;
  }

  /**
   * Waits until a flow ends, in whatever process.
   *
   * @throws AuthorizationError `invalid_request` when there is no flow of this id.
   */
  async waitForAuthorization(
    id: string,
    options: WaitForAuthorizationOptions = {},
  ): Promise<AuthorizationOutcome> {
    const { pendingAuthorizations: store } = this.#options;
    return waitForSettlement({
      ...options,
      id,
      store,
      clock: this.#clock,
      scheduler: this.#scheduler,
    });
  }

  /** Stops asking for tokens; what users allow from now on is not noticed, and their links expire. */
  async close(): Promise<void> {
    this.#closing.abort(
      new AuthorizationError(
        "expired",
        "The process that waited for the user has ended. Start the authorization again.",
      ),
    );
    await Promise.all(this.#polls);
  }

  #toWish(options: Omit<StartAuthorizationOptions, "returnTo">): Wish {
    const { config } = this.#options.endpoint;
    const { provider, tenantId, userId, account } = options;
    if (provider !== config.provider) {
      throw new ConfigurationError(
        `DeviceAuthorizationFlow for "${config.provider}": start() names provider ${JSON.stringify(provider)}. Give each provider a flow of its own.`,
      );
    }
    if (userId === undefined) {
      throw new MissingUserIdError(
        `DeviceAuthorizationFlow: start() for ${provider} needs a userId: without it, nobody would own the credential.`,
      );
    }
    const key = { tenantId, userId, provider, account };
    assertCredentialKey(key);
    const scopes = [...new Set([...config.scopes, ...(options.scopes ?? [])])];
    return { key, scopes, joinKey: `device:${createJoinKey(key, scopes, undefined)}` };
  }

  /** Resolves once the code is there; the wait for the user goes on in the background. */
  #begin({ key, scopes, joinKey }: Wish, onEnd: () => void): Promise<StartedAuthorization> {
    const { endpoint, credentials } = this.#options;
    const id = randomHandle();
    const joinedOther = new AbortController();
    return new Promise((resolve, reject) => {
      const poll = authorizeDevice({
        endpoint,
        credentials,
        subject: { tenantId: key.tenantId, userId: key.userId, account: key.account },
        scopes,
        scheduler: this.#scheduler,
        signal: AbortSignal.any([this.#closing.signal, joinedOther.signal]),
        onUserCode: async (device) => {
          const record = await this.#open({ id, key, scopes, joinKey, device });
          if (record.id !== id) joinedOther.abort();
          resolve(await this.#toStarted(record, key, scopes));
        },
      })
        .then(
          () => this.#settle(id, { status: "completed" }),
          async (error: unknown) => {
            reject(error);
            // Another process waits for the user by a code of its own.
            if (joinedOther.signal.aborted) return;
            this.#report(id, error);
            await this.#settle(id, { status: "failed", failure: toFailure(error) });
          },
        )
        .finally(() => {
          onEnd();
          this.#polls.delete(poll);
        });
      this.#polls.add(poll);
    });
  }

  async #open(
    flow: Wish & { readonly id: string; readonly device: DeviceAuthorization },
  ): Promise<PendingAuthorizationRecord> {
    const { id, key, joinKey, device } = flow;
    const { credentials, pendingAuthorizations } = this.#options;
    const shown = {
      url: device.verificationUriComplete ?? device.verificationUri,
      userCode: device.userCode,
    };
    const bytes = Buffer.from(JSON.stringify(shown), "utf8");
    const { sealed, keyId } = await credentials.sealer.seal(bytes, contextOf(id, key));
    const ttlMs = Math.max(1, device.expiresAt.getTime() - this.#clock.now());
    return pendingAuthorizations.open(
      // No browser comes back with a state: this one is known to nobody.
      { id, stateHash: hashState(randomHandle()), joinKey, key, sealed, keyId },
      { ttlMs, joinIfRemainingMs: Math.ceil(ttlMs / 2) },
    );
  }

  async #toStarted(
    record: PendingAuthorizationRecord,
    key: Wish["key"],
    scopes: readonly string[],
  ): Promise<StartedAuthorization> {
    const { id, sealed, expiresAt, storeTime } = record;
    const bytes = await this.#options.credentials.sealer.open(sealed, contextOf(id, key));
    const { url, userCode } = JSON.parse(Buffer.from(bytes).toString("utf8")) as {
      readonly url: string;
      readonly userCode: string;
    };
    return {
      id,
      url,
      userCode,
      provider: key.provider,
      scopes,
      expiresAt: new Date(this.#clock.now() + expiresAt - storeTime),
    };
  }

  /** The credential is stored, or the first error matters more; who waits learns it by expiry. */
  async #settle(id: string, outcome: PendingAuthorizationOutcome): Promise<void> {
    try {
      await this.#options.pendingAuthorizations.settle(id, outcome);
    } catch (error) {
      this.#report(id, error);
    }
  }

  #report(id: string, error: unknown): void {
    reportFailure(this.#options.onFailure, { id, error }, "DeviceAuthorizationFlow");
  }
}

function contextOf(id: string, key: CredentialKey) {
  return { key, field: `device-authorization:${id}` };
}

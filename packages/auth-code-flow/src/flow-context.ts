import {
  AuthorizationError,
  type Clock,
  ConfigurationError,
  type CredentialService,
  type PendingAuthorizationRecord,
  type PendingAuthorizationStore,
  type Scheduler,
} from "@rak-oauth/core";
import type {
  AuthorizationCodeFlowOptions,
  PendingAuthorization,
} from "./authorization-code-flow-options.js";
import { BrowserBinding } from "./browser-binding.js";
import type { UserConfirmation } from "./confirm-by-user.js";
import { type FlowSecrets, openFlowSecrets } from "./flow-secrets.js";
import type { RegisteredProvider } from "./registered-providers.js";
import type { ReturnAddresses } from "./return-to.js";
import type { UserVerifier } from "./user-verifier.js";

/** What every step of the flow works with. */
export interface FlowContext {
  readonly providers: ReadonlyMap<string, RegisteredProvider>;
  readonly credentials: CredentialService;
  readonly store: PendingAuthorizationStore;
  readonly connectUrl: string;
  /** Address of the page where the user confirms, beside the connect route. */
  readonly confirmUrl: string;
  readonly verifyUser: UserVerifier;
  readonly confirmation: UserConfirmation | undefined;
  readonly returnAddresses: ReturnAddresses;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly fetch: typeof fetch;
  readonly reportFailure: NonNullable<AuthorizationCodeFlowOptions["onFailure"]>;
}

/** A stored flow with its secrets opened. */
export interface OpenedFlow {
  readonly record: PendingAuthorizationRecord;
  readonly provider: RegisteredProvider;
  readonly secrets: FlowSecrets;
  readonly binding: BrowserBinding;
  readonly pending: PendingAuthorization;
}

/** What a request turned out to be about; filled in as soon as that is sure. */
export interface FlowAttempt {
  flow?: OpenedFlow;
}

/** The registration of a provider's name. @throws ConfigurationError naming those that exist. */
export function requireProvider(context: FlowContext, provider: string): RegisteredProvider {
  const registered = context.providers.get(provider);
  if (registered === undefined) {
    throw new ConfigurationError(
      `AuthorizationCodeFlow: there is no provider ${JSON.stringify(provider)} in configs (there is: ${[...context.providers.keys()].join(", ") || "none"}). Add its configuration.`,
    );
  }
  return registered;
}

/** Opens a stored flow. @throws SealingError when its record was changed, or its key is absent. */
export async function openFlow(
  context: FlowContext,
  record: PendingAuthorizationRecord,
): Promise<OpenedFlow> {
  const provider = requireProvider(context, record.key.provider);
  const secrets = await openFlowSecrets(context.credentials.sealer, record);
  const { bindingKey, scopes, returnTo } = secrets;
  const { id, key } = record;
  const secure = context.connectUrl.startsWith("https:");
  return {
    record,
    provider,
    secrets,
    binding: new BrowserBinding({ id, bindingKey, secure }),
    pending: { id, key, displayName: provider.config.displayName, scopes, returnTo },
  };
}

/** @throws AuthorizationError `wrong_user` unless the application knows this browser's user. */
export async function requireUser(
  context: FlowContext,
  request: Request,
  flow: OpenedFlow,
): Promise<void> {
  // Anything but `true` is a refusal, whatever a verifier written in JavaScript returns.
  if ((await context.verifyUser(request, flow.pending)) === true) return;
  throw new AuthorizationError(
    "wrong_user",
    `The browser does not belong to the user for whom ${flow.pending.displayName} is to be connected. Nothing was connected.`,
  );
}

/** Whether the user's time is over, by the store's clock. */
export function isExpired({ record }: OpenedFlow): boolean {
  return record.storeTime >= record.expiresAt;
}

/** @throws AuthorizationError `expired`, by the store's clock. */
export function requireUnexpired(flow: OpenedFlow): void {
  if (!isExpired(flow)) return;
  throw new AuthorizationError(
    "expired",
    `The link to connect ${flow.pending.displayName} has expired. Start the authorization again.`,
  );
}

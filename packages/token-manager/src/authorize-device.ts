import { scheduler as systemScheduler } from "node:timers/promises";
import {
  assertCredentialKey,
  type CredentialKey,
  type CredentialService,
  MissingUserIdError,
  type OAuth2Credentials,
  type Scheduler,
} from "@rak-oauth/core";
import type { DeviceAuthorization } from "./device-authorization.js";
import type { GrantOptions } from "./grant-options.js";
import { storeOrRevoke } from "./store-or-revoke.js";
import type { TokenEndpoint } from "./token-endpoint.js";

/** What {@link authorizeDevice} needs. */
export interface AuthorizeDeviceOptions extends GrantOptions {
  readonly endpoint: TokenEndpoint;
  readonly credentials: CredentialService;
  /** For whom; the credential becomes theirs. */
  readonly subject: Omit<CredentialKey, "provider">;
  /** Shows code and address to the user. */
  readonly onUserCode: (device: DeviceAuthorization) => void | Promise<void>;
  /** Ends the wait; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue `scheduler` of node:timers/promises */
  readonly scheduler?: Scheduler | undefined;
}

/**
 * Connects a user who has a browser elsewhere: starts, shows the code, waits until they have decided,
 * and stores the credential. Tokens that finally cannot be stored are revoked.
 *
 * @throws AuthorizationError `access_denied` or `expired`.
 * @throws TokenRequestError when the server gives no token for another reason.
 * @throws MissingUserIdError when the subject names no user.
 * @see https://www.rfc-editor.org/rfc/rfc8628
 */
export async function authorizeDevice(options: AuthorizeDeviceOptions): Promise<OAuth2Credentials> {
  const { endpoint, subject, signal } = options;
  const { provider } = endpoint.config;
  const key: CredentialKey = { ...subject, provider };
  if (subject.userId === undefined) {
    throw new MissingUserIdError(
      `authorizeDevice for ${provider} needs subject.userId: without it, nobody would own the credential.`,
    );
  }
  assertCredentialKey(key);
  const { scopes, resource } = options;
  const device = await endpoint.startDeviceAuthorization({ scopes, resource });
  await options.onUserCode(device);
  const granted = await endpoint.finishDeviceAuthorization(device, { signal });
  const { credentials, scheduler = systemScheduler } = options;
  await storeOrRevoke({ endpoint, granted, credentials, key, scheduler });
  return granted;
}

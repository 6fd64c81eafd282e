import { createHash } from "node:crypto";
import { assertCredentialKey, type CredentialKey, MissingUserIdError } from "@rak-oauth/core";
import type {
  StartAuthorizationOptions,
  StartedAuthorization,
} from "./authorization-code-flow-options.js";
import { randomHandle } from "./browser-binding.js";
import { connectParameter } from "./connect-parameter.js";
import { type FlowContext, requireProvider } from "./flow-context.js";
import { createFlowSecrets, hashState, sealFlowSecrets } from "./flow-secrets.js";

/** Opens a pending authorization, or joins the one that is already open for the same wish. */
export async function startAuthorization(
  context: FlowContext,
  options: StartAuthorizationOptions,
): Promise<StartedAuthorization> {
  const { provider, tenantId, userId, account } = options;
  const { config, tokenEndpoint } = requireProvider(context, provider);
  if (userId === undefined) {
    throw new MissingUserIdError(
      `AuthorizationCodeFlow: start() for ${provider} needs a userId: without it, nobody would own the credential.`,
    );
  }
  const key: CredentialKey = { tenantId, userId, provider, account };
  assertCredentialKey(key);
  const scopes = [...new Set([...config.scopes, ...(options.scopes ?? [])])];
  const returnTo =
    options.returnTo === undefined ? undefined : context.returnAddresses.check(options.returnTo);
  const id = randomHandle();
  const dpopKey = await tokenEndpoint.createDpopKey();
  const secrets = createFlowSecrets({ usePkce: config.usePkce, scopes, returnTo, dpopKey });
  const { sealed, keyId } = await sealFlowSecrets(context.credentials.sealer, { id, key }, secrets);
  const stateHash = hashState(secrets.state);
  const joinKey = createJoinKey(key, scopes, returnTo);
  const record = await context.store.open(
    { id, stateHash, joinKey, key, sealed, keyId },
    // A user who is handed a shared link gets at least half of the usual time.
    { ttlMs: context.ttlMs, joinIfRemainingMs: Math.ceil(context.ttlMs / 2) },
  );
  const remainingMs = record.expiresAt - record.storeTime;
  return {
    id: record.id,
    url: createConnectUrl(context.connectUrl, record.id),
    provider,
    scopes,
    expiresAt: new Date(context.clock.now() + remainingMs),
  };
}

/** Equal for wishes that one flow can fulfil. */
export function createJoinKey(
  key: CredentialKey,
  scopes: readonly string[],
  returnTo: string | undefined,
): string {
  const { tenantId, userId, provider, account } = key;
  const wish = [tenantId, userId, provider, account, scopes.toSorted(), returnTo];
  return createHash("sha256")
    .update(JSON.stringify(wish.map((part) => part ?? null)))
    .digest("base64url");
}

function createConnectUrl(connectUrl: string, id: string): string {
  const url = new URL(connectUrl);
  // In the query, which neither our log nor a Referer header carries.
  url.searchParams.set(connectParameter, id);
  return url.href;
}

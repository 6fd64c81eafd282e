import { createHash } from "node:crypto";
import {
  type CredentialKey,
  type SealedBytes,
  type Sealer,
  type SealingContext,
  Secret,
} from "@rak-oauth/core";
import { randomNonce, randomPKCECodeVerifier, randomState } from "openid-client";
import { randomHandle } from "./browser-binding.js";

/** What one started flow must remember and nobody may see; stored sealed only. */
export interface FlowSecrets {
  /** 256 bits that find this flow when the browser comes back. */
  readonly state: string;
  /** Key of the tags that bind the flow to a browser. */
  readonly bindingKey: string;
  /** PKCE verifier (RFC 7636 §4.1). */
  readonly codeVerifier?: string | undefined;
  /** OpenID Connect nonce. */
  readonly nonce?: string | undefined;
  /** Private JSON Web Key that the code and its tokens are bound to (RFC 9449 §10). */
  readonly dpopKey?: string | undefined;
  readonly scopes: readonly string[];
  readonly returnTo?: string | undefined;
  /** Present while the user is asked. */
  readonly held?: HeldCredentials | undefined;
}

/** Tokens that the user has to confirm, sealed with the flow's other secrets. */
export interface HeldCredentials {
  /** What `encodeCredentials` wrote, as base64url. */
  readonly credentials: string;
  /** When the access token expires, in milliseconds since the epoch, by the store's clock. */
  readonly expiresAt?: number | undefined;
  /** Tag of the browser that brought the code; no other may confirm. */
  readonly browserTag: string;
}

/** What {@link createFlowSecrets} needs to know. */
export interface CreateFlowSecretsOptions {
  readonly usePkce: boolean;
  readonly scopes: readonly string[];
  readonly returnTo?: string | undefined;
  readonly dpopKey: Secret | undefined;
}

/** Fresh random values for one flow. */
export function createFlowSecrets(options: CreateFlowSecretsOptions): FlowSecrets {
  return {
    state: randomState(),
    bindingKey: randomHandle(),
    codeVerifier: options.usePkce ? randomPKCECodeVerifier() : undefined,
    nonce: options.scopes.includes("openid") ? randomNonce() : undefined,
    dpopKey: options.dpopKey?.secret(),
    scopes: options.scopes,
    returnTo: options.returnTo,
  };
}

/** The key of a flow's tokens, as the token endpoint takes it. */
export function dpopKeyOf({ dpopKey }: Pick<FlowSecrets, "dpopKey">): Secret | undefined {
  return dpopKey === undefined ? undefined : new Secret(dpopKey);
}

/** The only form in which a state is stored. */
export function hashState(state: string): string {
  return createHash("sha256").update(state).digest("base64url");
}

/** Seals the secrets of a flow, bound to its owner, its provider and its handle. */
export function sealFlowSecrets(
  sealer: Sealer,
  flow: FlowIdentity,
  secrets: FlowSecrets,
): Promise<SealedBytes> {
  return sealer.seal(Buffer.from(JSON.stringify(secrets), "utf8"), contextOf(flow));
}

/**
 * Opens what {@link sealFlowSecrets} sealed for the same flow.
 *
 * @throws SealingError when the bytes were changed or belong to another flow.
 */
export async function openFlowSecrets(
  sealer: Sealer,
  flow: FlowIdentity & { readonly sealed: Uint8Array },
): Promise<FlowSecrets> {
  const plaintext = await sealer.open(flow.sealed, contextOf(flow));
  return JSON.parse(Buffer.from(plaintext).toString("utf8")) as FlowSecrets;
}

interface FlowIdentity {
  readonly id: string;
  readonly key: CredentialKey;
}

function contextOf({ id, key }: FlowIdentity): SealingContext {
  return { key, field: `pending-authorization:${id}` };
}

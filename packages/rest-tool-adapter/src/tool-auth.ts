import type { AccessToken, Secret } from "@rak-oauth/core";
import type { ToolContext } from "./tool-context.js";
import type { PendingAuthorizationResult } from "./tool-result.js";

/** Where on a request a credential travels. */
export interface CredentialCarrier {
  readonly in: "header" | "query" | "cookie";
  /** Name of the header, query parameter or cookie. */
  readonly name: string;
  /** What the header's value begins with (RFC 9110 §11.4); tokens bound to a key count as bearer ones. */
  readonly scheme?: "Basic" | "Bearer" | undefined;
}

/** Shows that the sender has the key a token is bound to, anew for each request (RFC 9449). */
export interface ProofOfPossession {
  /** The `DPoP` header of one request. */
  prove(request: { readonly method: string; readonly url: URL }): Promise<string>;
  /** Takes the nonce of an answer from `url`; true when the request is wanted again with it. */
  learn(url: URL, response: Pick<Response, "status" | "headers">): boolean;
}

/** A value and where on a request it is written. */
export interface CarriedSecret {
  readonly carrier: CredentialCarrier;
  /** As it is written there. */
  readonly value: Secret;
}

/** What one request proves itself with. */
export interface RequestCredential {
  readonly carried: readonly CarriedSecret[];
  /** Everything in it that must not come back in a result. */
  readonly secrets: readonly Secret[];
  /** The access token in it, where it is one. */
  readonly token?: AccessToken | undefined;
  /** What has to go with it, where the token alone is not enough. */
  readonly proof?: ProofOfPossession | undefined;
}

/** One call, as far as authorization is concerned. */
export interface AuthorizedCall {
  readonly toolName: string;
  readonly context: ToolContext;
  readonly signal: AbortSignal;
}

/**
 * How a tool proves who calls. Made by `apiKey`, `bearer`, `basic`, `oauth2` and `allOf`; its members
 * are for `RestApiTool` and may change in a minor release.
 */
export interface ToolAuth {
  /** Where its credentials travel: no parameter may take these names. */
  readonly carriers: readonly CredentialCarrier[];
  /** The only origins that may get the credential; absent where the tool's own decides. */
  readonly origins?: readonly string[] | undefined;
  /** Whether plain http to loopback is accepted; absent where the tool's own setting decides. */
  readonly allowInsecureLoopback?: boolean | undefined;
  /** The credential for one call, or what the user has to do first. */
  authorize(call: AuthorizedCall): Promise<RequestCredential | PendingAuthorizationResult>;
  /** Another credential after the API refused one with 401; nothing when there is no other. */
  renew?(
    call: AuthorizedCall,
    refused: RequestCredential,
  ): Promise<RequestCredential | PendingAuthorizationResult | undefined>;
  /** Asks for scopes the API found missing; nothing when asking cannot help. */
  widen?(
    call: AuthorizedCall,
    refused: RequestCredential,
    scopes: readonly string[],
  ): Promise<PendingAuthorizationResult | undefined>;
}

/** Tells a credential from what the user has to do first. */
export function isPending(
  answer: RequestCredential | PendingAuthorizationResult,
): answer is PendingAuthorizationResult {
  return "pending" in answer;
}

import { MissingUserIdError } from "@rak-oauth/core";
import type { OnProgress } from "./tool-progress.js";

/** For whom a tool is called. It comes from the application, never from the model. */
export interface ToolContext {
  /** The user whose credential is used; needed by tools that act as a user. */
  readonly userId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** The agent framework's own id of the call, by which it finds a result that comes later. */
  readonly callId?: string | undefined;
  /**
   * Whether who makes the call makes it again by itself once the user is done, as protocols ask of some
   * clients. `CallResumption` then leaves it to them, so that it is not made twice.
   *
   * @defaultValue false
   */
  readonly isRepeatedByCaller?: boolean | undefined;
  /** Ends the call; `execute` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told what the call is doing, while it does it. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * The user of a context. Never another's credential: without a user there is nothing to call with.
 *
 * @throws MissingUserIdError when the context names none.
 */
export function userOf(
  { userId, tenantId }: Pick<ToolContext, "userId" | "tenantId">,
  provider: string,
): { readonly userId: string; readonly tenantId?: string } {
  if (typeof userId !== "string" || userId === "") {
    throw new MissingUserIdError(
      `The tool acts as a user at ${provider}, and its context names none. Pass execute(params, { userId }).`,
    );
  }
  return tenantId === undefined ? { userId } : { userId, tenantId };
}

import type { OnProgress } from "./tool-progress.js";

/** For whom a tool is called. It comes from the application, never from the model. */
export interface ToolContext {
  /** The user whose credential is used; needed by tools that act as a user. */
  readonly userId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** The agent framework's own id of the call, by which it finds a result that comes later. */
  readonly callId?: string | undefined;
  /** Ends the call; `execute` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told what the call is doing, while it does it. */
  readonly onProgress?: OnProgress | undefined;
}

import type { DisconnectResult } from "@rak-oauth/token-manager";
import type { EndOfAccess } from "./page-messages.js";

/** How far a disconnection has really ended the access, in one word. */
export function endOfAccess(result: DisconnectResult): EndOfAccess {
  const { disconnected, accessToken, refreshToken } = result;
  if (!disconnected) return "none";
  if (accessToken === "unreadable") return "unreadable";
  const outcomes = [accessToken, refreshToken].filter((outcome) => outcome !== "none");
  if (outcomes.every((outcome) => outcome === "revoked")) return "revoked";
  // An access token alone does not last.
  if (refreshToken === "revoked") return "expiring";
  return outcomes.includes("failed") ? "failed" : "unsupported";
}

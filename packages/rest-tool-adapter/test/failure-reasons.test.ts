import { expect, it } from "vitest";
import type { ToolFailureReason } from "../src/index.js";

// The compiler refuses a word that is missing here and one that is no longer there. Words are only ever
// added in a minor release; to take one away or to give it another meaning is a major one.
const reasons: Readonly<Record<ToolFailureReason, true>> = {
  invalid_arguments: true,
  http_error: true,
  redirect_refused: true,
  timeout: true,
  network_error: true,
  authorization_unavailable: true,
  authorization_denied: true,
  authorization_expired: true,
  authorization_failed: true,
};

it("the reasons that models and callers decide by are words that fit a log and a label", () => {
  for (const word of Object.keys(reasons)) expect(word).toMatch(/^[a-z][a-z0-9_]*$/);
});

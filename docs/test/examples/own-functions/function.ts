import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import { type AgentTool, withAuthorization } from "@rak-oauth/rest-tool-adapter";
import type { TokenManager } from "@rak-oauth/token-manager";

export function createCountEvents(
  apiUrl: string,
  tokens: TokenManager,
  authorization: AuthorizationCodeFlow,
): AgentTool {
  return withAuthorization({ tokens, authorization })({
    name: "count_events",
    description: "Counts the events of the user's next days.",
    parameters: { type: "object", properties: { days: { type: "integer", maximum: 31 } } },
    async execute({ days = 7 }, { access, signal }) {
      const asUser = access(tokens.config.provider).fetch;
      const answer = await asUser(`${apiUrl}/events?days=${days}`, { signal });
      return { events: ((await answer.json()) as readonly unknown[]).length };
    },
  });
}

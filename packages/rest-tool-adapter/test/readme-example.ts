import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import { oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import type { TokenManager } from "@rak-oauth/token-manager";

export async function readCalendar(
  tokens: TokenManager,
  flow: AuthorizationCodeFlow,
): Promise<unknown> {
  const listEvents = new RestApiTool({
    name: "list_events",
    description: "Lists the events of one of the user's calendars.",
    method: "GET",
    url: "https://www.googleapis.com/calendar/v3/calendars/{calendar}/events",
    parameters: {
      type: "object",
      properties: { calendar: { type: "string" }, maxResults: { type: "integer", maximum: 50 } },
      required: ["calendar"],
    },
    auth: oauth2({ tokens, authorization: flow }),
  });

  const result = await listEvents.execute({ calendar: "primary" }, { userId: "alice" });
  if (result.pending) return `Please open ${result.auth_url}`;
  return result.status === "ok" ? result.data : result.message;
}

import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import type { CredentialService, OAuth2Config } from "@rak-oauth/core";
import { oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { TokenManager } from "@rak-oauth/token-manager";

/** `apiUrl` is on one of `config.apiOrigins`: tokens go nowhere else. */
export function createListEvents(
  apiUrl: string,
  config: OAuth2Config,
  credentials: CredentialService,
  flow: AuthorizationCodeFlow,
): RestApiTool {
  return new RestApiTool({
    name: "list_events",
    description: "Lists the events of a day in the user's calendar.",
    method: "GET",
    url: `${apiUrl}/events/{day}`,
    parameters: {
      type: "object",
      properties: { day: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" } },
      required: ["day"],
    },
    auth: oauth2({ tokens: new TokenManager({ config, credentials }), authorization: flow }),
  });
}

/** What the model asked for, as the user; `show` is your way to the user. */
export async function call(
  tool: RestApiTool,
  flow: AuthorizationCodeFlow,
  args: Readonly<Record<string, unknown>>,
  userId: string,
  show: (link: string) => void,
): Promise<unknown> {
  let result = await tool.execute(args, { userId });
  if (result.pending) {
    show(result.auth_url);
    await flow.waitForAuthorization(result.auth_request_id);
    result = await tool.execute(args, { userId });
  }
  return result.status === "ok" ? result.data : result.message;
}

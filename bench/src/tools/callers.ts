import { createAuthorizedFetch, oauth2, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { request } from "undici";
import type { MeasuredApi } from "./measured-api.js";

/** A way to call the protected API once. */
export interface Caller {
  readonly name: string;
  call(): Promise<unknown>;
}

/** The global `fetch` with a fixed header: no token is looked up, nothing is checked. */
export function bareFetch({ url, accessToken }: MeasuredApi): Caller {
  const headers = { authorization: `Bearer ${accessToken}` };
  return { name: "fetch", call: async () => (await fetch(url, { headers })).json() };
}

/** The client below the global `fetch` with a fixed header: what is left where nothing else is done. */
export function bareRequest({ url, accessToken }: MeasuredApi): Caller {
  const headers = { authorization: `Bearer ${accessToken}` };
  return {
    name: "undici.request",
    call: async () => (await request(url, { headers })).body.json(),
  };
}

/** A tool that acts as its user. */
export function tool({ url, tokens, userId }: MeasuredApi): Caller {
  const restApiTool = new RestApiTool({
    name: "list_events",
    description: "Lists the user's events.",
    method: "GET",
    url,
    auth: oauth2({ tokens, authorization: { start: () => Promise.reject(new Error("unused")) } }),
  });
  return {
    name: "RestApiTool",
    async call() {
      const result = await restApiTool.execute({}, { userId });
      if (result.status !== "ok") throw new Error(`The tool failed: ${JSON.stringify(result)}`);
    },
  };
}

/** The `fetch` for SDKs. */
export function authorizedFetch({ url, tokens, userId }: MeasuredApi): Caller {
  const authorized = createAuthorizedFetch(tokens.forUser(userId), {
    origins: [new URL(url).origin],
    allowInsecureLoopback: true,
  });
  return { name: "createAuthorizedFetch", call: async () => (await authorized(url)).json() };
}

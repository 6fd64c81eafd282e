import { EventEmitter, once } from "node:events";
import { startHttpServer } from "@rak-oauth/test-kit";
import { signFor } from "./is-from-slack.js";

/** Stands in for Slack: one workspace, in which alice sits at the browser. */
export interface StartedSlack {
  readonly url: string;
  /** Mentions the bot in a channel, as alice. */
  mention(eventsUrl: string, text: string): Promise<number>;
  /** The next thing that the bot shows alice. */
  nextShown(): Promise<string>;
  stop(): Promise<void>;
}

const userToken = "xoxp-of-alice";

/** @param secrets - the bot's signing secret and token */
export async function startSlack(secrets: {
  readonly signing: string;
  readonly bot: string;
}): Promise<StartedSlack> {
  const shown = new EventEmitter();
  const server = await startHttpServer(async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, token] = (request.headers.get("authorization") ?? "").split(" ");
    switch (pathname) {
      case "/oauth/v2/authorize": {
        const back = new URL(searchParams.get("redirect_uri") ?? "");
        back.search = `${new URLSearchParams({ code: "c1", state: searchParams.get("state") ?? "" })}`;
        return Response.redirect(back, 302);
      }
      case "/api/oauth.v2.access": {
        if ((await request.formData()).get("code") !== "c1") return refuse("invalid_code");
        const authed = {
          id: "U1",
          scope: "search:read",
          access_token: userToken,
          token_type: "user",
        };
        return Response.json({ ok: true, authed_user: authed });
      }
      case "/api/auth.test":
        if (token !== userToken) return refuse("invalid_auth");
        return Response.json({ ok: true, user_id: "U1", user: "alice" });
      case "/api/search.messages": {
        if (token !== userToken) return refuse("invalid_auth");
        const text = `alice may read this about ${searchParams.get("query")}`;
        return Response.json({ ok: true, messages: { matches: [{ text }] } });
      }
      case "/api/chat.postEphemeral":
        if (token !== secrets.bot) return refuse("invalid_auth");
        shown.emit("shown", ((await request.json()) as { readonly text: string }).text);
        return Response.json({ ok: true });
      default:
        return refuse("unknown_method");
    }
  });
  return {
    url: server.url,
    async mention(eventsUrl, text) {
      const event = { type: "app_mention", user: "U1", channel: "C1", text };
      const body = JSON.stringify({ type: "event_callback", event });
      const time = String(Math.floor(Date.now() / 1000));
      const headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": time,
        "x-slack-signature": signFor(time, body, secrets.signing),
      };
      return (await fetch(eventsUrl, { method: "POST", headers, body })).status;
    },
    nextShown: async () => (await once(shown, "shown"))[0] as string,
    stop: () => server.stop(),
  };
}

/** Slack refuses with status 200. */
function refuse(error: string): Response {
  return Response.json({ ok: false, error });
}

import { type HttpServer, startHttpServer, type VerifiedAccessToken } from "@rak-oauth/test-kit";
import { type Context, Hono } from "hono";
import { eventsByUser, meetingRooms } from "./calendar-events.js";

/** Options of {@link startCalendarApi}. */
export interface CalendarApiOptions {
  /** Tells what an access token is worth; `undefined` for one that is not active. */
  readonly verifyAccessToken: (token: string) => Promise<VerifiedAccessToken | undefined>;
}

/**
 * Starts a calendar API that accepts only access tokens of its own authorization server.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function startCalendarApi(options: CalendarApiOptions): Promise<HttpServer> {
  const app = new Hono();

  async function verified(context: Context): Promise<VerifiedAccessToken | undefined> {
    const [scheme, token] = (context.req.header("authorization") ?? "").split(" ");
    if (scheme?.toLowerCase() !== "bearer" || token === undefined) return undefined;
    return options.verifyAccessToken(token);
  }

  function refused(context: Context, error: string, status: 401 | 403): Response {
    return context.json({ error }, status, { "www-authenticate": `Bearer error="${error}"` });
  }

  app.get("/events", async (context) => {
    const token = await verified(context);
    if (token?.sub === undefined) return refused(context, "invalid_token", 401);
    if (!token.scopes.includes("calendar.read")) return refused(context, "insufficient_scope", 403);
    return context.json({ owner: token.sub, events: eventsByUser[token.sub] ?? [] });
  });

  app.get("/rooms", async (context) => {
    const token = await verified(context);
    if (token === undefined) return refused(context, "invalid_token", 401);
    return context.json({ readBy: token.sub ?? token.clientId, rooms: meetingRooms });
  });

  return startHttpServer(async (request) => app.fetch(request));
}

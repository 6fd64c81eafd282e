import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { ApiContext } from "./api-context.js";
import { type FoundAuthorization, toAuthorization } from "./authorization-resource.js";
import { toProblem } from "./to-problem.js";

/**
 * Server-sent events of one authorization: `status` at once, `end` once it ended, and comments in
 * between, by which both sides notice that the other is gone. Without `end`, a client asks again.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function streamAuthorization(
  context: ApiContext,
  request: Context,
  record: FoundAuthorization,
): Response {
  const { flow, waits, heartbeatMs, reportFailure } = context;
  // Proxies that collect answers would keep the news to themselves.
  request.header("x-accel-buffering", "no");
  return streamSSE(request, async (stream) => {
    const wait = waits.begin(request.req.raw.signal);
    stream.onAbort(wait.abort);
    const { signal } = wait;
    const look = (timeoutMs: number) => flow.waitForAuthorization(record.id, { timeoutMs, signal });
    const send = async (event: string, data: unknown) => {
      await stream.writeSSE({ event, data: JSON.stringify(data) });
    };
    try {
      let outcome = await look(0);
      await send("status", toAuthorization(record, outcome));
      while (outcome.status === "pending") {
        outcome = await look(heartbeatMs);
        if (outcome.status === "pending") await stream.write(": waiting\n\n");
      }
      await send("end", toAuthorization(record, outcome));
    } catch (error) {
      if (signal.aborted) return;
      reportFailure(error);
      await send("problem", await toProblem(error).json());
    } finally {
      wait.end();
    }
  });
}

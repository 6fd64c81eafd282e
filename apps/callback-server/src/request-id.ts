import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { MiddlewareHandler } from "hono";

const current = new AsyncLocalStorage<string>();

/** A caller's own id is taken in this form alone: it ends up in logs and in an answer. */
const sane = /^[\w.=+/-]{1,128}$/;

/** The id of the request that is being answered here, for log entries far from it. */
export function currentRequestId(): string | undefined {
  return current.getStore();
}

/** Takes the id that a proxy gave in `x-request-id`, or makes one, and answers with it. */
export const identifyRequest: MiddlewareHandler = async (context, next) => {
  const given = context.req.header("x-request-id");
  const id = given !== undefined && sane.test(given) ? given : randomUUID();
  await current.run(id, next);
  context.res.headers.set("x-request-id", id);
};

import type { RedisClient } from "./redis-client.js";

const lastErrors = new WeakMap<RedisClient, { error: unknown }>();

/**
 * Remembers why a client is not connected. A command that waited for a connection in vain is told
 * only that there was none, not that the password is wrong.
 */
export function rememberConnectionErrors(client: RedisClient): void {
  if (lastErrors.has(client)) return;
  const last: { error: unknown } = { error: undefined };
  lastErrors.set(client, last);
  const remember = (error: unknown) => {
    last.error = error;
  };
  client.on("error", remember);
  client.on("node error", remember);
  client.on("ready", () => remember(undefined));
}

/** Why the client is not connected; nothing when it is, or the reason is unknown. */
export function connectionErrorOf(client: RedisClient): unknown {
  return lastErrors.get(client)?.error;
}

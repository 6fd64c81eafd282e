import { isOAuth2Error, OAuth2Error, StoreUnavailableError } from "@rak-oauth/core";
import { connectionErrorOf } from "./connection-errors.js";
import { newerFormat } from "./credential-record.js";
import type { RedisClient } from "./redis-client.js";

/** Codes Redis answers while it is there and set up well, and only not able to serve right now. */
const passing: Readonly<Record<string, string>> = {
  LOADING: "it is still loading its data; try again when it has",
  MASTERDOWN: "the replica has lost its primary; wait for the failover or mend the replication",
  CLUSTERDOWN: "the cluster is not whole; wait for the failover or mend the cluster",
  TRYAGAIN: "slots of the cluster are being moved; try again",
  UNBLOCKED: "a failover is going on; try again",
  BUSY: "a script of somebody keeps it busy; wait, or end it with SCRIPT KILL",
  NOREPLICAS:
    "the write was made and may be lost with the primary; mend the replicas, or wait for fewer",
};

/** Codes that say a person has to change something. */
const lasting: Readonly<Record<string, string>> = {
  READONLY:
    "the client is connected to a read-only replica; connect to the primary, or through Sentinel or Cluster so that a failover is followed",
  NOAUTH: "it wants a password; give the client its username and password",
  WRONGPASS: "it refused the password; correct the client's username and password",
  NOPERM:
    "the user may not run these commands; allow EVAL, EVALSHA, PUBLISH, SUBSCRIBE and the keys under the store's keyPrefix (ACL SETUSER)",
  OOM: "its memory limit is reached; raise maxmemory, and leave maxmemory-policy at noeviction",
  MISCONF: "it refuses writes because it cannot save to disk; mend the disk or its permissions",
  WRONGTYPE:
    "somebody else's data is under the store's keyPrefix; give the store a prefix of its own",
  CROSSSLOT:
    "keys of one operation are in several slots; remove braces from the client's own keyPrefix",
};

const code = new RegExp(`\\b(${[...Object.keys(passing), ...Object.keys(lasting)].join("|")})\\b`);

/**
 * The error a store throws for an error of ioredis. The original is not its `cause`: it carries the
 * command with all arguments, the password of a refused AUTH among them.
 */
export function toStoreError(thrown: unknown, client: RedisClient): OAuth2Error {
  if (isOAuth2Error(thrown)) return thrown;
  const error = isAnswer(thrown) ? thrown : (connectionErrorOf(client) ?? thrown);
  const message = messageOf(error);
  const format = /RAKFORMAT (\d+)/.exec(message);
  if (format) return newerFormat(Number(format[1]));
  const where = `Redis${addressOf(client)}`;
  const found = codeOf(message);
  if (found in passing) return new StoreUnavailableError(`${where}: ${found}, ${passing[found]}.`);
  if (found in lasting) return misconfigured(`${where}: ${found}, ${lasting[found]}.`);
  if (isAnswer(error) && !message.includes("max number of clients")) {
    return misconfigured(
      `${where} refused a command: ${message}. The store needs Redis 6.2 or newer with scripts allowed.`,
    );
  }
  return new StoreUnavailableError(
    `${where} cannot be reached or did not answer: ${message}. Check that it runs, and the client's host, port and TLS settings.`,
  );
}

/** Whether the server answered, as opposed to the connection failing. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}

function codeOf(message: string): string {
  if (message.includes("The user executing the script can't")) return "NOPERM";
  return code.exec(message)?.[1] ?? "";
}

/** Texts of ioredis name commands and addresses, and those of Redis the script; never arguments. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where several addresses were tried in vain, the error has a code and no text.
  const text = error.message || String((error as NodeJS.ErrnoException).code);
  return (text.split("\n", 1)[0] ?? "").replace(/\.$/, "").slice(0, 200);
}

function misconfigured(message: string): OAuth2Error {
  return new OAuth2Error("store_misconfigured", message);
}

function addressOf(client: RedisClient): string {
  if (client.isCluster) return " Cluster";
  const { host, port, sentinels, name, path } = (client as Exclude<RedisClient, { nodes: unknown }>)
    .options;
  if (sentinels?.length) return ` "${name}" behind Sentinel`;
  return path ? ` at ${path}` : ` at ${host}:${port}`;
}

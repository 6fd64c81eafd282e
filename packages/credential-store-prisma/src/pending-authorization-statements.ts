import { notifySql } from "./change-feed.js";
import { durablySql, intervalSql, keyColumnsSql, millisecondsSql, soonSql } from "./sql.js";

const columns = `id, state_hash AS "stateHash", join_key AS "joinKey", ${keyColumnsSql}, sealed,
  key_id AS "keyId", status, failure, ${millisecondsSql("expires_at")} AS "expiresAt",
  ${millisecondsSql("clock_timestamp()")} AS "storeTime"`;

/**
 * $1 id, $2 state hash, $3 join key, $4–$7 key, $8 sealed, $9 key id, $10 lifetime in ms,
 * $11 least remaining lifetime in ms.
 *
 * `open_join_key` is unique, so however many open at once, one inserts and the others get its row
 * from the conflict. One that is about to expire gives its place up first; it can still be taken.
 * No row at all: between the two steps somebody opened one that is too short for us; once more.
 */
export const open: string = `
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
replaced AS (
  UPDATE rak_oauth_pending_authorization SET open_join_key = NULL FROM clock
  WHERE open_join_key = $3 AND expires_at < now + ${intervalSql("$11")}
  RETURNING id
)
INSERT INTO rak_oauth_pending_authorization AS pending
  (id, state_hash, join_key, open_join_key, tenant_id, user_id, provider, account, sealed, key_id,
   status, expires_at, forget_at)
SELECT $1::text, $2::text, $3::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::bytea,
  $9::text, 'pending', now + ${intervalSql("$10")}, now + 2 * ${intervalSql("$10")}
FROM clock WHERE (SELECT count(*) FROM replaced) >= 0
ON CONFLICT (open_join_key) DO UPDATE SET open_join_key = excluded.open_join_key
  WHERE pending.expires_at >= clock_timestamp() + ${intervalSql("$11")}
RETURNING ${columns}, ${durablySql} AS durable`;

/** $1 id. */
export const readById: string = `SELECT ${columns} FROM rak_oauth_pending_authorization
WHERE id = $1 AND forget_at > clock_timestamp()`;

/** $1 state hash. */
export const readByState: string = `SELECT ${columns} FROM rak_oauth_pending_authorization
WHERE state_hash = $1 AND forget_at > clock_timestamp()`;

/** $1 state hash. Undone by a crash, a second try meets a code that the provider has seen. */
export const take: string = `
UPDATE rak_oauth_pending_authorization SET status = 'taken', open_join_key = NULL
WHERE state_hash = $1 AND status = 'pending' AND expires_at > clock_timestamp()
RETURNING ${columns}, ${soonSql} AS soon`;

/** $1 id, $2 sealed, $3 key id, $4 lifetime in ms. */
export const hold: string = `
WITH held AS (
  UPDATE rak_oauth_pending_authorization SET status = 'held', sealed = $2::bytea, key_id = $3::text,
    expires_at = clock_timestamp() + ${intervalSql("$4")},
    forget_at = clock_timestamp() + 2 * ${intervalSql("$4")}
  WHERE id = $1 AND status IN ('taken', 'held') AND forget_at > clock_timestamp()
  RETURNING id
)
SELECT ${notifySql("settled", "id")} AS notified, ${durablySql} AS durable FROM held`;

/** $1 id, $2 sealed, $3 key id. */
export const resume: string = `
UPDATE rak_oauth_pending_authorization
SET status = 'taken', sealed = $2::bytea, key_id = $3::text
WHERE id = $1 AND status = 'held' AND expires_at > clock_timestamp()
RETURNING id, ${durablySql} AS durable`;

/** $1 id, $2 status, $3 failure. Undone by a crash, the tokens are stored all the same. */
export const settle: string = `
WITH settled AS (
  UPDATE rak_oauth_pending_authorization
  SET status = $2, failure = $3::text, open_join_key = NULL
  WHERE id = $1 AND status IN ('pending', 'taken', 'held') AND forget_at > clock_timestamp()
  RETURNING id
)
SELECT ${notifySql("settled", "id")} AS notified, ${soonSql} AS soon FROM settled`;

/** $1 limit. Rows that another caller is ending are left to it. */
export const expireHeld: string = `
UPDATE rak_oauth_pending_authorization SET status = 'failed', failure = 'expired'
WHERE id IN (
  SELECT id FROM rak_oauth_pending_authorization
  WHERE status = 'held' AND expires_at <= clock_timestamp() AND forget_at > statement_timestamp()
  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
)
RETURNING ${columns}, ${durablySql} AS durable`;

/** Bound values as `condition` says. */
export function deleteWhere(condition: string): string {
  return `
WITH gone AS (DELETE FROM rak_oauth_pending_authorization WHERE ${condition} RETURNING id)
SELECT count(*)::int AS count, ${durablySql} AS durable FROM gone`;
}

/** `statement_timestamp()`, for no index serves a comparison with a volatile function. */
export const expired: string = "forget_at <= statement_timestamp()";

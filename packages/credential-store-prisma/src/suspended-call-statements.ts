import { durablySql, intervalSql, keyColumnsSql, millisecondsSql } from "./sql.js";

const columns = `id, auth_request_id AS "authRequestId", ${keyColumnsSql}, sealed,
  key_id AS "keyId", status, ${millisecondsSql("expires_at")} AS "expiresAt",
  ${millisecondsSql("clock_timestamp()")} AS "storeTime"`;

/**
 * $1 id, $2 auth request, $3–$6 key, $7 sealed, $8 key id, $9 lifetime in ms. Each is later than those of its
 * request before it: PGlite's clock has milliseconds, in which many are opened.
 */
export const open: string = `
INSERT INTO rak_oauth_suspended_call
  (id, auth_request_id, tenant_id, user_id, provider, account, sealed, key_id, status, suspended_at,
   expires_at)
SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::bytea, $8::text, 'suspended',
  greatest(now, (SELECT max(suspended_at) + interval '1 microsecond'
    FROM rak_oauth_suspended_call WHERE auth_request_id = $2::text)), now + ${intervalSql("$9")}
FROM (SELECT clock_timestamp() AS now) AS clock
RETURNING id, ${durablySql} AS durable`;

/** $1 auth request. */
export const list: string = `SELECT ${columns} FROM rak_oauth_suspended_call
WHERE auth_request_id = $1 AND expires_at > clock_timestamp() ORDER BY suspended_at, id`;

/** $1 id. */
export const take: string = `
UPDATE rak_oauth_suspended_call SET status = 'taken'
WHERE id = $1 AND status = 'suspended' AND expires_at > clock_timestamp()
RETURNING ${columns}, ${durablySql} AS durable`;

/** Bound values as `condition` says. */
export function deleteWhere(condition: string): string {
  return `
WITH gone AS (DELETE FROM rak_oauth_suspended_call WHERE ${condition} RETURNING id)
SELECT count(*)::int AS count, ${durablySql} AS durable FROM gone`;
}

/** $1 id. */
export const byId: string = "id = $1";

/** `statement_timestamp()`, for no index serves a comparison with a volatile function. */
export const expired: string = "expires_at <= statement_timestamp()";

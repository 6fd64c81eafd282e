import { notifySql } from "./change-feed.js";
import { durablySql, intervalSql, keyColumnsSql } from "./sql.js";

/**
 * The envelope as bytes, and all else as one JSON text: each column costs a driver time, and a moment
 * in JSON says its offset, whatever the session's time zone. In the order of {@link RecordValues}.
 */
const columns = `sealed, json_build_array(status, key_id, fingerprint, epoch, created_at, updated_at,
  clock_timestamp(), expires_at, lease_until, retry_at, spend_count)::text AS record`;

/** What a row's `record` holds; moments are ISO 8601. */
export type RecordValues = readonly [
  status: string,
  keyId: string,
  fingerprint: string,
  epoch: number,
  createdAt: string,
  updatedAt: string,
  storeTime: string,
  expiresAt: string | null,
  leaseUntil: string | null,
  retryAt: string | null,
  spendCount: number,
];

/** What a lease is checked against. */
const held =
  "id = $1 AND fence = $2::bigint AND fingerprint = $3 AND status = 'active' AND lease_until IS NOT NULL";

/** $1 id. */
export const readOne: string = `SELECT ${columns} FROM rak_oauth_credential WHERE id = $1`;

/** $1 ids. */
export const readMany: string = `SELECT id, ${columns} FROM rak_oauth_credential WHERE id = ANY($1::text[])`;

/** $1 id, $2–$5 key, $6 sealed, $7 key id, $8 fingerprint, $9 lifetime in ms. */
export const put: string = `
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
written AS (
  INSERT INTO rak_oauth_credential AS credential
    (id, tenant_id, user_id, provider, account, status, sealed, key_id, fingerprint,
     expires_at, created_at, updated_at)
  SELECT $1::text, $2::text, $3::text, $4::text, $5::text, 'active', $6::bytea, $7::text, $8::text,
    now + ${intervalSql("$9")}, now, now FROM clock
  ON CONFLICT (id) DO UPDATE SET status = 'active', sealed = excluded.sealed,
    key_id = excluded.key_id, fingerprint = excluded.fingerprint, epoch = credential.epoch + 1,
    expires_at = excluded.expires_at, updated_at = excluded.updated_at,
    lease_until = NULL, spend_count = 0, orphaned_at = NULL, retry_at = NULL, claim_until = NULL
  RETURNING id
)
SELECT ${notifySql("changed", "id")} AS notified, ${durablySql} AS durable FROM written`;

/** $1 id, $2 fingerprint seen, $3 lease in ms. */
export const acquireLease: string = `
UPDATE rak_oauth_credential SET fence = fence + 1, spend_count = spend_count + 1,
  lease_until = clock_timestamp() + ${intervalSql("$3")},
  orphaned_at = clock_timestamp() + ${intervalSql("$3")}, claim_until = NULL
WHERE id = $1 AND status = 'active' AND fingerprint = $2
  AND (retry_at IS NULL OR retry_at <= clock_timestamp())
  AND (lease_until IS NULL OR lease_until < clock_timestamp())
RETURNING fence::float8 AS fence, ${columns}, ${durablySql} AS durable`;

/** $1 id, $2 fence, $3 fingerprint, $4 lease in ms. */
export const renewLease: string = `
UPDATE rak_oauth_credential SET lease_until = clock_timestamp() + ${intervalSql("$4")},
  orphaned_at = clock_timestamp() + ${intervalSql("$4")}, claim_until = NULL
WHERE ${held} RETURNING 1 AS done`;

/**
 * $1 id, $2 fence, $3 fingerprint spent, $4 epoch, $5 sealed, $6 key id, $7 new fingerprint,
 * $8 lifetime in ms. The lease decides nothing here: a late holder may own the only living refresh
 * token.
 */
export const commit: string = `
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
committed AS (
  UPDATE rak_oauth_credential SET sealed = $5::bytea, key_id = $6, fingerprint = $7::text,
    expires_at = now + ${intervalSql("$8")}, updated_at = now, status = 'active',
    spend_count = 0, orphaned_at = NULL, retry_at = NULL, claim_until = NULL,
    lease_until = CASE WHEN fence = $2::bigint THEN NULL ELSE lease_until END
  FROM clock
  WHERE id = $1 AND fingerprint = $3 AND epoch = $4::int AND status <> 'revoked'
  RETURNING id
)
SELECT ${notifySql("changed", "id")} AS notified, ${durablySql} AS durable FROM committed
UNION ALL
SELECT '', '' FROM rak_oauth_credential WHERE id = $1 AND fingerprint = $7::text`;

/** $1 id, $2 fence, $3 fingerprint, $4 whether it was sent, $5 backoff in ms. */
export const releaseLease: string = `
WITH released AS (
  UPDATE rak_oauth_credential SET lease_until = NULL, claim_until = NULL,
    retry_at = coalesce(clock_timestamp() + ${intervalSql("$5")}, retry_at),
    spend_count = CASE WHEN $4::boolean THEN spend_count ELSE spend_count - 1 END,
    orphaned_at = CASE WHEN $4::boolean OR spend_count > 1
      THEN coalesce(clock_timestamp() + ${intervalSql("$5")}, clock_timestamp()) END
  WHERE ${held} RETURNING id
)
SELECT ${notifySql("changed", "id")} AS notified, ${durablySql} AS durable FROM released`;

/** $1 id, $2 fence, $3 fingerprint. */
export const requireReauthorization: string = `
WITH dead AS (
  UPDATE rak_oauth_credential
  SET status = 'reauthorization_required', lease_until = NULL, orphaned_at = NULL,
    claim_until = NULL
  WHERE ${held} RETURNING id
)
SELECT ${notifySql("changed", "id")} AS notified, ${durablySql} AS durable FROM dead`;

/** $1 id. */
export const revoke: string = `
WITH revoked AS (
  UPDATE rak_oauth_credential
  SET status = 'revoked', lease_until = NULL, spend_count = 0, orphaned_at = NULL,
    claim_until = NULL
  WHERE id = $1 RETURNING *
)
SELECT ${columns}, ${notifySql("changed", "id")} AS notified, ${durablySql} AS durable FROM revoked`;

/** $1 id, $2 fingerprint that was seen, or NULL for any. */
export const deleteOne: string = `
WITH gone AS (
  DELETE FROM rak_oauth_credential
  WHERE id = $1 AND ($2::text IS NULL OR fingerprint = $2::text) RETURNING id
)
SELECT ${notifySql("deleted", "id")} AS notified, ${durablySql} AS durable FROM gone`;

/** Bound values as `condition` says. */
export function deleteWhere(condition: string): string {
  return `
WITH gone AS (DELETE FROM rak_oauth_credential WHERE ${condition} RETURNING id)
SELECT count(${notifySql("deleted", "id")})::int AS count, ${durablySql} AS durable FROM gone`;
}

/** Bound values as `condition` says, then the limit. */
export function listWhere(condition: string, limitParameter: string): string {
  return `SELECT id, ${keyColumnsSql}, ${columns} FROM rak_oauth_credential
WHERE ${condition} ORDER BY id LIMIT ${limitParameter}::bigint`;
}

/** $1 provider, $2 limit, $3 claim in ms. A claim moves `orphaned_at`, so none is met on the way. */
export const claimOrphans: string = claim("orphaned_at", "orphaned_at <= statement_timestamp()");

/** $1 provider, $2 limit, $3 claim in ms, $4 absence in ms. */
export const claimIdle: string = claim(
  "updated_at",
  `updated_at <= statement_timestamp() - ${intervalSql("$4")}
    AND (claim_until IS NULL OR claim_until <= statement_timestamp())
    AND (retry_at IS NULL OR retry_at <= statement_timestamp())
    AND (lease_until IS NULL OR lease_until < statement_timestamp())`,
);

/**
 * Gives nobody's rows, longest since `since` first. Locked rows are skipped: somebody claims or
 * writes them. `statement_timestamp()`, for no index serves a comparison with a volatile function.
 */
function claim(since: "orphaned_at" | "updated_at", condition: string): string {
  return `
WITH due AS MATERIALIZED (
  SELECT id, ${since} AS since FROM rak_oauth_credential
  WHERE provider = $1 AND status = 'active' AND ${condition}
  ORDER BY ${since} LIMIT $2::bigint FOR NO KEY UPDATE SKIP LOCKED
),
claimed AS (
  UPDATE rak_oauth_credential AS credential
  SET claim_until = clock_timestamp() + ${intervalSql("$3")},
    orphaned_at = CASE WHEN orphaned_at IS NOT NULL
      THEN clock_timestamp() + ${intervalSql("$3")} END
  FROM due WHERE credential.id = due.id
  RETURNING ${keyColumnsSql}, since
)
SELECT * FROM claimed ORDER BY since`;
}

/** $1 key id, $2 limit, $3 and $4 key id and id to begin after. Two ranges, for no index serves `<>`. */
export const listSealedByOtherKeys: string = `
SELECT * FROM (${sealedByOthers("<")} UNION ALL ${sealedByOthers(">")}) AS found
ORDER BY "sealedBy", id LIMIT $2::bigint`;

function sealedByOthers(side: "<" | ">"): string {
  return `(SELECT id, key_id AS "sealedBy", ${keyColumnsSql}, ${columns} FROM rak_oauth_credential
WHERE key_id ${side} $1 AND (key_id, id) > ($3, $4) ORDER BY key_id, id LIMIT $2::bigint)`;
}

/** $1 key id. */
export const countSealedByOtherKeys: string = `
SELECT ((SELECT count(*) FROM rak_oauth_credential WHERE key_id < $1)
  + (SELECT count(*) FROM rak_oauth_credential WHERE key_id > $1))::float8 AS count`;

/**
 * Bound values as `resealValues` makes them. Rows that somebody writes at this moment are left out:
 * many rows that are waited for in no particular order would end in a deadlock.
 */
export const reseal: string = `
WITH unchanged AS MATERIALIZED (
  SELECT id, change.key_id, substring($5::bytea FROM first_byte FOR byte_count) AS sealed
  FROM unnest($1::text[], $2::text[], $3::int[], $4::int[]) WITH ORDINALITY
    AS change(id, key_id, first_byte, byte_count, ordinal)
  JOIN rak_oauth_credential AS credential USING (id)
  WHERE sha256(credential.sealed) = substring($6::bytea FROM (ordinal * 32 - 31)::int FOR 32)
  FOR NO KEY UPDATE OF credential SKIP LOCKED
),
swapped AS (
  UPDATE rak_oauth_credential AS credential
  SET sealed = unchanged.sealed, key_id = unchanged.key_id
  FROM unchanged WHERE credential.id = unchanged.id
  RETURNING 1
)
SELECT count(*)::int AS count, ${durablySql} AS durable FROM swapped`;

/** The database's own clock, in milliseconds since the Unix epoch; one moment for one statement. */
const now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

const columns = `tenant_id, user_id, provider, account, status, sealed, key_id, fingerprint, epoch,
  expires_at, fence, lease_until, spend_count, retry_at, created_at, updated_at, ${now} AS store_time`;

/** What a lease is checked against. */
const held = `id = :id AND fence = :fence AND fingerprint = :fingerprint AND status = 'active'
  AND lease_until IS NOT NULL`;

/** Nobody refreshes it, its backoff is over, and nobody else was given it to look at. */
const isFree = `status = 'active' AND (lease_until IS NULL OR lease_until < ${now})
  AND (retry_at IS NULL OR retry_at <= ${now}) AND (claim_until IS NULL OR claim_until <= ${now})`;

export const createTable: string = `
CREATE TABLE IF NOT EXISTS credential (
  id TEXT PRIMARY KEY,
  tenant_id TEXT, user_id TEXT, provider TEXT NOT NULL, account TEXT,
  status TEXT NOT NULL,
  sealed BLOB NOT NULL,
  key_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  expires_at INTEGER,
  fence INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER,
  spend_count INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER,
  waiting_since INTEGER,
  claim_until INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT`;

export const read: string = `SELECT ${columns} FROM credential WHERE id = :id`;

export const put: string = `
INSERT INTO credential (id, tenant_id, user_id, provider, account, status, sealed, key_id,
  fingerprint, epoch, expires_at, created_at, updated_at)
VALUES (:id, :tenantId, :userId, :provider, :account, 'active', :sealed, :keyId,
  :fingerprint, 1, ${now} + :expiresInMs, ${now}, ${now})
ON CONFLICT (id) DO UPDATE SET status = 'active', sealed = excluded.sealed,
  key_id = excluded.key_id, fingerprint = excluded.fingerprint, epoch = epoch + 1,
  expires_at = excluded.expires_at, updated_at = excluded.updated_at, lease_until = NULL,
  spend_count = 0, retry_at = NULL, waiting_since = NULL, claim_until = NULL`;

export const acquireLease: string = `
UPDATE credential SET fence = fence + 1, lease_until = ${now} + :leaseMs,
  spend_count = spend_count + 1, waiting_since = ${now} + :leaseMs, claim_until = NULL
WHERE id = :id AND status = 'active' AND fingerprint = :fingerprint
  AND (lease_until IS NULL OR lease_until < ${now}) AND (retry_at IS NULL OR retry_at <= ${now})
RETURNING ${columns}`;

export const renewLease: string = `
UPDATE credential SET lease_until = ${now} + :leaseMs, waiting_since = ${now} + :leaseMs,
  claim_until = NULL
WHERE ${held}`;

/** The lease decides nothing here: a late holder may own the only living refresh token. */
export const commit: string = `
UPDATE credential SET status = 'active', sealed = :sealed, key_id = :keyId,
  fingerprint = :newFingerprint, expires_at = ${now} + :expiresInMs, updated_at = ${now},
  lease_until = CASE WHEN fence = :fence THEN NULL ELSE lease_until END,
  spend_count = 0, retry_at = NULL, waiting_since = NULL, claim_until = NULL
WHERE id = :id AND fingerprint = :fingerprint AND epoch = :epoch AND status <> 'revoked'`;

/** Whether an acknowledgement was lost: what was to be written is there. */
export const isCommitted: string =
  "SELECT 1 FROM credential WHERE id = :id AND fingerprint = :newFingerprint";

export const releaseLease: string = `
UPDATE credential SET lease_until = NULL, claim_until = NULL,
  retry_at = coalesce(${now} + :retryInMs, retry_at),
  spend_count = CASE WHEN :sent THEN spend_count ELSE spend_count - 1 END,
  waiting_since = CASE WHEN :sent OR spend_count > 1 THEN ${now} + coalesce(:retryInMs, 0) END
WHERE ${held}`;

export const requireReauthorization: string = `
UPDATE credential SET status = 'reauthorization_required', lease_until = NULL, claim_until = NULL
WHERE ${held}`;

export const revoke: string = `
UPDATE credential SET status = 'revoked', lease_until = NULL, spend_count = 0,
  waiting_since = NULL, claim_until = NULL
WHERE id = :id RETURNING ${columns}`;

export const remove: string = `
DELETE FROM credential WHERE id = :id AND fingerprint = coalesce(:fingerprint, fingerprint)`;

export const removeAll: string = `
DELETE FROM credential WHERE tenant_id IS :tenantId AND user_id IS :userId`;

export const list: string = `
SELECT id, ${columns} FROM credential
WHERE tenant_id IS :tenantId AND (:userId IS NULL OR user_id = :userId) AND id > :after
ORDER BY id LIMIT :limit`;

export const listSealedByOtherKeys: string = `
SELECT id, ${columns} FROM credential WHERE key_id <> :keyId AND id > :after
ORDER BY id LIMIT :limit`;

export const countSealedByOtherKeys: string =
  "SELECT count(*) AS count FROM credential WHERE key_id <> :keyId";

export const reseal: string = `
UPDATE credential SET sealed = :sealed, key_id = :keyId WHERE id = :id AND sealed = :expected`;

export const claimOrphans: string = claim("waiting_since", "spend_count > 0");

export const claimIdle: string = claim("updated_at", `updated_at <= ${now} - :idleMs`);

/** Gives them once, those that wait longest first. RETURNING has no order, so each row says its own. */
function claim(since: "waiting_since" | "updated_at", condition: string): string {
  return `
UPDATE credential SET claim_until = ${now} + :claimMs
WHERE id IN (
  SELECT id FROM credential WHERE provider = :provider AND ${isFree} AND ${condition}
  ORDER BY ${since} LIMIT :limit
)
RETURNING tenant_id, user_id, provider, account, ${since} AS since`;
}

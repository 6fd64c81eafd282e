import type { CredentialKey, CredentialOwner } from "@rak-oauth/core";

/** SQL for a moment as milliseconds since the Unix epoch, as a number and exact. */
export function millisecondsSql(moment: string): string {
  return `floor(extract(epoch FROM ${moment}) * 1000)::float8`;
}

/** SQL for a bound number of milliseconds as an interval; null stays null. */
export function intervalSql(parameter: string): string {
  return `${parameter}::float8 * interval '1 millisecond'`;
}

/**
 * SQL that makes the statement's transaction survive a crash of the server, once acknowledged, also
 * where the database was set to forget its last moments. It goes among what a write returns.
 */
export const durablySql: string = `CASE current_setting('synchronous_commit')
  WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END`;

/**
 * In a writing statement: the write is seen by everybody at once, and what waits for it does not wait
 * for the disk. For what a crash of the server within the next moment may undo without harm.
 */
export const soonSql: string = `set_config('synchronous_commit', 'off', true)`;

/** The columns of a {@link CredentialKey}, as both tables have them. */
export const keyColumnsSql = `tenant_id AS "tenantId", user_id AS "userId", provider, account`;

/** A row's {@link keyColumnsSql}. */
export interface KeyRow {
  readonly tenantId: string | null;
  readonly userId: string | null;
  readonly provider: string;
  readonly account: string | null;
}

/** The key a row belongs to; absent parts are left out. */
export function toKey(row: KeyRow): CredentialKey {
  return {
    ...(row.tenantId !== null && { tenantId: row.tenantId }),
    ...(row.userId !== null && { userId: row.userId }),
    provider: row.provider,
    ...(row.account !== null && { account: row.account }),
  };
}

/** The parts of a key as bound values, in the order of the columns. */
export function keyValues(key: CredentialKey): readonly (string | null)[] {
  return [key.tenantId ?? null, key.userId ?? null, key.provider, key.account ?? null];
}

/**
 * A condition and its values. `IS NOT DISTINCT FROM` would be shorter, and no index serves it.
 */
export function ownerCondition(owner: CredentialOwner): {
  readonly condition: string;
  readonly values: readonly string[];
} {
  const values: string[] = [];
  const part = (column: string, value: string | undefined): string => {
    if (value === undefined) return `${column} IS NULL`;
    values.push(value);
    return `${column} = $${values.length}`;
  };
  return {
    condition: `${part("tenant_id", owner.tenantId)} AND ${part("user_id", owner.userId)}`,
    values,
  };
}

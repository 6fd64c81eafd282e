import type { ListCredentialsOptions } from "@rak-oauth/core";

/** The condition of a listing and its values; each form is one that an index serves. */
export function listCondition(options: ListCredentialsOptions): {
  readonly condition: string;
  readonly values: readonly string[];
} {
  const { tenantId, userId, after } = options;
  const values: string[] = [];
  const bind = (value: string): string => `$${values.push(value)}`;
  const conditions = [
    tenantId === undefined ? "tenant_id IS NULL" : `tenant_id = ${bind(tenantId)}`,
  ];
  if (userId !== undefined) conditions.push(`user_id = ${bind(userId)}`);
  if (after !== undefined) conditions.push(`id > ${bind(after)}`);
  return { condition: conditions.join(" AND "), values };
}

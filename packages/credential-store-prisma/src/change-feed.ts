import type { CredentialChange, StopWatching } from "@rak-oauth/core";

/** The NOTIFY channel of both stores. */
export const changeChannel = "rak_oauth";

/** What a store tells all processes: a changed credential, or a settled authorization. */
export type StoreChange = CredentialChange | { readonly kind: "settled"; readonly id: string };

/** Where changes made by any process arrive, such as {@link PostgresChangeFeed}. */
export interface ChangeFeed {
  /** Calls `listener` for each change until stopped. */
  subscribe(listener: (change: StoreChange) => void): Promise<StopWatching>;
}

const kinds = { c: "changed", d: "deleted", s: "settled" } as const;

/**
 * SQL that tells of a change when the transaction commits. It is part of the writing statement, so
 * an operation stays one round trip, and a copied schema needs no trigger.
 *
 * @param id - SQL expression of the changed row's id
 */
export function notifySql(kind: (typeof kinds)[keyof typeof kinds], id: string): string {
  // The cast is needed: Prisma's adapters know no `void`.
  return `pg_notify('${changeChannel}', '${kind[0]}' || ${id})::text`;
}

/** Reads what {@link notifySql} wrote; nothing when somebody else used the channel. */
export function parseChange(payload: string): StoreChange | undefined {
  const kind = kinds[payload[0] as keyof typeof kinds];
  return kind && { kind, id: payload.slice(1) };
}

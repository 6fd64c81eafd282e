import type { Connection } from "@rak-oauth/core";

/** One connected account, as its user sees it. */
export interface ShownConnection {
  readonly id: string;
  readonly provider: string;
  readonly displayName: string;
  /** E-mail or name, or what the application told several accounts apart by. */
  readonly account: string | undefined;
  /** Whether the provider says that the e-mail is not confirmed to be its user's. */
  readonly isUnconfirmed: boolean;
  readonly status: Connection["status"];
  readonly scopes: readonly string[];
  readonly connectedAt: Date;
  readonly refreshedAt: Date;
  /** Absent for a provider that is configured no more. */
  readonly reconnectUrl: string | undefined;
  readonly disconnectUrl: string;
}

/** A provider of which the user has no account connected yet. */
export interface ShownProvider {
  readonly provider: string;
  readonly displayName: string;
  readonly connectUrl: string;
}

/** What stands above the connections once. */
export type ConnectionsNotice =
  | { readonly kind: "connected"; readonly displayName: string }
  | { readonly kind: "expired" };

/** All that the page of a user's connections shows. */
export interface ConnectionsView {
  readonly connections: readonly ShownConnection[];
  readonly providers: readonly ShownProvider[];
  readonly notice: ConnectionsNotice | undefined;
}

/** The question before an account is disconnected. */
export interface DisconnectQuestion {
  readonly connection: Pick<ShownConnection, "id" | "displayName" | "account">;
  /** Where the form is posted to, and where keeping the account leads. */
  readonly pageUrl: string;
  readonly proof: string;
}

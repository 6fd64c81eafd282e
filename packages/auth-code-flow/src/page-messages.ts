import type { Connection } from "@rak-oauth/core";
import type { FailedPage, PageSubject } from "./flow-page.js";
import type { SafeHtml } from "./safe-html.js";
import type { ScopeMeaning } from "./scope-meanings.js";

/** All that the built-in pages say, in one language. A catalogue that lacks a text does not compile. */
export interface PageMessages {
  /** BCP 47 tag of the language, such as `de` or `pt-BR`. */
  readonly language: string;
  /** Which way the language is written. */
  readonly direction: "ltr" | "rtl";
  readonly flow: FlowMessages;
  readonly connections: ConnectionsMessages;
  /** What a scope allows, after "may". */
  readonly scopes: Readonly<Record<ScopeMeaning, string>>;
}

/** What a page says. `title` and what is on buttons is text, the rest is made by `html`. */
export interface PageText {
  readonly title: string;
  readonly sentences: readonly SafeHtml[];
  /** What to do now. */
  readonly next: SafeHtml;
}

/** Names and values that belong together. */
export type Facts = readonly (readonly [name: string, value: string])[];

/** The texts of the browser flow. */
export interface FlowMessages {
  /** That an account is connected now. */
  connected(values: {
    readonly displayName: string;
    /** E-mail or name, when it is known. */
    readonly account: string | undefined;
    /** The account that was connected before, when it is another one. */
    readonly replaced: string | undefined;
    /** Whether a link leads back; else the window can be closed. */
    readonly isReturning: boolean;
  }): PageText;
  /** That the person stopped it; `isRevoked`: the provider has ended the access too. */
  stopped(values: { readonly displayName: string; readonly isRevoked: boolean }): PageText;
  /** `hasDetail`: what the provider said stands below. */
  readonly failures: Readonly<
    Record<
      FailedPage["failure"],
      (values: {
        readonly displayName: string | undefined;
        readonly hasDetail: boolean;
      }) => PageText
    >
  >;
  /** Where there is nothing but a server: that a link leads further. */
  readonly greeting: PageText;
  /** Before the way to the provider: whether the person is the user for whom the link was made. */
  askUser(subject: PageSubject): PageText & {
    readonly facts: Facts;
    readonly condition: SafeHtml;
    readonly goOn: string;
    readonly stop: string;
  };
  /** Afterwards: whether this account is to be connected to that user. */
  confirmAccount(values: PageSubject & { readonly account: string | undefined }): PageText & {
    readonly facts: Facts;
    readonly condition: SafeHtml;
    readonly connect: string;
    readonly stop: string;
  };
  /** Before confirming: the account that would be replaced. */
  replaces(account: string): SafeHtml;
  /** An account by its e-mail address, which the provider has not confirmed to be its user's. */
  unconfirmedAddress(email: string): string;
  /** An account of which nothing is known. */
  readonly anotherAccount: string;
  /** The link back to the application at this host. */
  backTo(host: string): string;
}

/**
 * How far the provider has ended an access: all of it; all but a token that ends by itself soon; it
 * has no way to; it did not say so; it could not be asked, since what was stored cannot be read; or
 * there was none.
 */
export type EndOfAccess = "revoked" | "expiring" | "unsupported" | "failed" | "unreadable" | "none";

/** The texts of the page of a user's connections. */
export interface ConnectionsMessages {
  readonly title: string;
  readonly introduction: SafeHtml;
  readonly noConnection: SafeHtml;
  readonly states: Readonly<
    Record<Connection["status"], { readonly label: string; readonly meaning?: SafeHtml }>
  >;
  readonly mayDo: string;
  readonly connectedAt: string;
  readonly refreshedAt: string;
  /** A time as people of this language write it. */
  formatTime(time: Date): string;
  readonly connectMore: string;
  /** The button that connects an account of this provider. */
  connect(displayName: string): string;
  readonly reconnect: string;
  readonly disconnect: string;
  /** That an account is connected now. */
  hasConnected(displayName: string): SafeHtml;
  /** That nothing was done, since the page was too old or the request came from elsewhere. */
  readonly hasExpired: SafeHtml;
  /** Asks once more before an account is disconnected. */
  askToDisconnect(values: {
    readonly displayName: string;
    readonly account: string | undefined;
  }): PageText & { readonly disconnect: string; readonly keep: string };
  /** That an account is disconnected, and how far its access has ended at the provider. */
  readonly disconnected: Readonly<
    Record<EndOfAccess, (values: { readonly displayName: string }) => PageText>
  >;
  readonly signedOut: PageText;
  readonly failed: PageText;
  readonly back: string;
}

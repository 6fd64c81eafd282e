import type { AccountIdentity, AuthorizationFailure } from "@rak-oauth/core";

/** A page that tells a person how the flow stands. */
export type FlowPage = ConnectedPage | FailedPage | AskUserPage | ConfirmAccountPage | StoppedPage;

/** With `confirmByUser`, before the provider: is the link for the person in this browser? */
export interface AskUserPage extends PageSubject {
  readonly kind: "ask_user";
  /** Where a link leads the person who says yes; it works in this browser only. */
  readonly continueUrl: string;
  /** Where a form is posted to that says no, with `proof`, and with `decision`, which is `stop`. */
  readonly action: string;
  /** Value of the hidden field `proof`. */
  readonly proof: string;
}

/** With `confirmByUser`, after the provider: is it this account, for this user? */
export interface ConfirmAccountPage extends PageSubject {
  readonly kind: "confirm_account";
  /** The account the person chose, when it is known. */
  readonly account?: AccountIdentity | undefined;
  /** The account that was connected before, when it is another one. */
  readonly replacedAccount?: AccountIdentity | undefined;
  /** Where the form is posted to, with `proof` and with `decision`, which is `connect` or `stop`. */
  readonly action: string;
  /** Value of the hidden field `proof`. */
  readonly proof: string;
}

/** The person said that this was not meant for them; nothing was connected. */
export interface StoppedPage {
  readonly kind: "stopped";
  readonly displayName: string;
  /** Whether the provider has ended the access that it had given; else the person should. */
  readonly revoked: boolean;
}

/** Who would get access to what. Texts are not HTML: they need escaping. */
export interface PageSubject {
  /** The provider's name for people. */
  readonly displayName: string;
  readonly applicationName: string;
  /** The user that the link was made for, as people know them. */
  readonly userName: string;
}

/** The account is connected. */
export interface ConnectedPage {
  readonly kind: "connected";
  /** The provider's name for people. */
  readonly displayName: string;
  readonly account?: AccountIdentity | undefined;
  /** The account that was connected before, when it is another one. */
  readonly replacedAccount?: AccountIdentity | undefined;
  /** Where to go on; already checked. */
  readonly returnTo?: string | undefined;
  /**
   * Address of the script that closes the window, on a page where there is nothing left to do: what has
   * been read may go. The page may load it, and no other.
   */
  readonly closeScript?: string | undefined;
}

/**
 * What a server says before the flow is asked: a body or an address that is too long, too many requests,
 * or that it is not ready yet. A flow shows none of these.
 */
export type ServerRefusal = "too_large" | "too_long" | "too_many" | "starting";

/** Nothing was connected. */
export interface FailedPage {
  readonly kind: "failed";
  readonly failure: AuthorizationFailure | "not_found" | ServerRefusal;
  /** The provider's name for people, when it is known. */
  readonly displayName?: string | undefined;
  /** What the provider said, when it is proved that it did. Not HTML: it needs escaping. */
  readonly detail?: string | undefined;
  /** Where to go on; already checked. */
  readonly returnTo?: string | undefined;
}

/** What a server says where no flow is, such as at its root. A flow never shows it. */
export interface GreetingPage {
  readonly kind: "greeting";
}

/** A page ready to be sent. */
export interface RenderedPage {
  /** A whole HTML document. It gets nothing from elsewhere, and no script but the page's `closeScript`. */
  readonly html: string;
  /** Content of its one `<style>` element; no other style is applied. */
  readonly style?: string | undefined;
}

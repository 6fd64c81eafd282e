import type { AccountIdentity, AuthorizationFailure } from "@rak-oauth/core";

/** A page that tells a person how the flow stands. */
export type FlowPage = ConnectedPage | FailedPage;

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
}

/** Nothing was connected. */
export interface FailedPage {
  readonly kind: "failed";
  readonly failure: AuthorizationFailure | "not_found";
  /** The provider's name for people, when it is known. */
  readonly displayName?: string | undefined;
  /** What the provider said, when it is proved that it did. Not HTML: it needs escaping. */
  readonly detail?: string | undefined;
  /** Where to go on; already checked. */
  readonly returnTo?: string | undefined;
}

/** A page ready to be sent. */
export interface RenderedPage {
  /** A whole HTML document. It gets no script and nothing from elsewhere. */
  readonly html: string;
  /** Content of its one `<style>` element; no other style is applied. */
  readonly style?: string | undefined;
}

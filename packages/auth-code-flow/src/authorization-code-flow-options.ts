import type {
  AccountIdentity,
  Clock,
  CredentialKey,
  CredentialService,
  OAuth2Config,
  PendingAuthorizationStore,
  Scheduler,
} from "@rak-oauth/core";
import type { UserConfirmation } from "./confirm-by-user.js";
import type { FlowPage, RenderedPage } from "./flow-page.js";
import type { PageMessages } from "./page-messages.js";
import type { UserVerifier } from "./user-verifier.js";

/** A started browser flow, as far as others than the flow itself may know it. */
export interface PendingAuthorization {
  /** Handle, the `auth_request_id`. */
  readonly id: string;
  /** For whom it was started, and where the credential will be stored. */
  readonly key: CredentialKey;
  /** The provider's name for people. */
  readonly displayName: string;
  readonly scopes: readonly string[];
  readonly returnTo: string | undefined;
}

/** A flow that did not go on; for logs. */
export interface FlowFailure {
  readonly step: "connect" | "callback" | "confirm";
  readonly error: unknown;
  /** Absent when it is not known, or not proved, which flow the request belongs to. */
  readonly pending?: PendingAuthorization | undefined;
}

/** Options of `AuthorizationCodeFlow`. */
export interface AuthorizationCodeFlowOptions {
  /** Client registrations of flow `authorization_code`; each `redirectUri` is an address of ours. */
  readonly configs: readonly OAuth2Config[];
  readonly credentials: CredentialService;
  readonly pendingAuthorizations: PendingAuthorizationStore;
  /** Public address of our connect route, such as `https://agent.example.com/oauth2/connect`. */
  readonly connectUrl: string;
  /**
   * Tells whether the person in this browser is the user the flow was started for: `verifySessionCookie`,
   * `verifyJwt`, a function of your own, or `confirmByUser`. Needed: without it, whoever opens the link
   * would connect *their* account to that user.
   */
  readonly verifyUser?: UserVerifier | UserConfirmation | undefined;
  /**
   * Instead of `verifyUser`: lets anybody who has a link connect their account to its user. For tests,
   * and where links reach nobody else for certain.
   *
   * @defaultValue false
   */
  readonly dangerouslyAllowAnyUser?: boolean | undefined;
  /** Origins that `returnTo` may name. @defaultValue none */
  readonly returnToOrigins?: readonly string[] | undefined;
  /** How long a user has, in milliseconds. @defaultValue 600000 */
  readonly ttlMs?: number | undefined;
  /**
   * The languages of the pages; the browser says which it is, the first where it wants none of them. A
   * single one pins it.
   *
   * @defaultValue English and German
   */
  readonly messages?: readonly PageMessages[] | undefined;
  /** Draws the pages people see. @defaultValue `renderDefaultPage` */
  readonly renderPage?: ((page: FlowPage, messages: PageMessages) => RenderedPage) | undefined;
  /** Called when a request to the handler fails, for the log; the person sees a page. */
  readonly onFailure?: ((failure: FlowFailure) => void) | undefined;
  /** @defaultValue the global `fetch`, and for tokens undici's client where nobody has replaced that */
  readonly fetch?: typeof fetch | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** @defaultValue `scheduler` of node:timers/promises */
  readonly scheduler?: Scheduler | undefined;
}

/** What to start a flow with. */
export interface StartAuthorizationOptions {
  readonly provider: string;
  readonly tenantId?: string | undefined;
  readonly userId: string;
  /** Tells several accounts of one user at one provider apart. */
  readonly account?: string | undefined;
  /** Scopes to ask for beside those of the configuration. */
  readonly scopes?: readonly string[] | undefined;
  /** Where the browser goes afterwards; its origin must be among `returnToOrigins`. */
  readonly returnTo?: string | undefined;
}

/** A flow that waits for its user. */
export interface StartedAuthorization {
  /** Handle to wait for, the `auth_request_id`; unguessable. */
  readonly id: string;
  /** The link for this user and nobody else, the `auth_url`. */
  readonly url: string;
  /** What the user types there, or sees there and compares: only by the device flow. */
  readonly userCode?: string | undefined;
  readonly provider: string;
  /** Scopes the user will be asked for. */
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
}

/** What a callback led to. */
export type FinishedAuthorization =
  | {
      /** The code was exchanged and the credential is stored. */
      readonly status: "completed";
      readonly pending: PendingAuthorization;
      /** Scopes the provider granted. */
      readonly scopes: readonly string[];
      readonly account: AccountIdentity | undefined;
      /** The account that was connected before, when it is another one. */
      readonly replacedAccount: AccountIdentity | undefined;
    }
  | {
      /**
       * With `confirmByUser`: the code was exchanged and the user has to confirm. Send the browser to
       * `location` with this `Set-Cookie`.
       */
      readonly status: "unconfirmed";
      readonly pending: PendingAuthorization;
      readonly location: string;
      readonly cookie: string;
    }
  | {
      /** The same browser came again, after the flow had been completed; nothing was done. */
      readonly status: "repeated";
      readonly pending: PendingAuthorization;
    };

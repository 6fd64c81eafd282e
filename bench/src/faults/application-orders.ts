import type { ReuseMode, Step } from "./step.js";

/** Where a store is. */
export type StoreAddress =
  | { readonly kind: "redis"; readonly url: string; readonly keyPrefix: string }
  | { readonly kind: "postgres"; readonly url: string };

/** What a process of the application is set up with. */
export interface ApplicationSetup {
  readonly store: StoreAddress;
  /** Key-encryption keys, as `RAK_OAUTH_KEYS` holds them. */
  readonly keyLine: string;
  /** Origin of each provider. */
  readonly providerUrls: Readonly<Record<ReuseMode, string>>;
  readonly leaseMs: number;
  /** How far its clock is ahead of the machine's, in milliseconds. */
  readonly clockAheadMs: number;
}

/** One grant: a user's credential at one of the two providers. */
export interface GrantName {
  readonly userId: string;
  readonly mode: ReuseMode;
}

/** A grant whose token is asked for. */
export interface Question extends GrantName {
  /** Where this process halts until it is told to go on. */
  readonly haltAt?: Step | undefined;
  /** Asks for another token than the stored one. */
  readonly force?: boolean | undefined;
}

/** `served`, or the code of the error. */
export type Answer = string;

/** What a process is told to do. */
export type Order =
  | { readonly order: "open"; readonly setup: ApplicationSetup }
  | { readonly order: "ask"; readonly questions: readonly Question[] }
  | { readonly order: "sweep" }
  | { readonly order: "longest stall" }
  | { readonly order: "go on" }
  | { readonly order: "close" };

/** An order with a number, by which its answer is known. */
export interface NumberedOrder {
  readonly number: number;
  readonly order: Order;
}

/** What a process tells; the result is how requests ended, a count, or a time in milliseconds. */
export type Report =
  | { readonly kind: "halted"; readonly grant: GrantName }
  | { readonly kind: "done"; readonly number: number; readonly result: readonly Answer[] | number }
  | { readonly kind: "failed"; readonly number: number; readonly message: string };

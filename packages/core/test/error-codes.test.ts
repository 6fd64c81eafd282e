import { expect, it } from "vitest";
import type {
  AuthorizationFailure,
  AuthorizationReason,
  OAuth2ErrorCode,
  TokenFailureKind,
} from "../src/index.js";

// The compiler refuses a word that is missing here and one that is no longer there. Words are only ever
// added in a minor release; to take one away or to give it another meaning is a major one.

const codes: Readonly<Record<OAuth2ErrorCode, true>> = {
  invalid_configuration: true,
  invalid_credential_key: true,
  missing_user_id: true,
  needs_user_authorization: true,
  token_request_failed: true,
  token_request_deadline: true,
  authorization_failed: true,
  discovery_failed: true,
  store_unavailable: true,
  store_misconfigured: true,
  sealing_failed: true,
  key_service_unavailable: true,
  tool_request_failed: true,
};

const reasons: Readonly<Record<AuthorizationReason, true>> = {
  connect: true,
  scope: true,
  revoked: true,
  expired: true,
};

const failures: Readonly<Record<AuthorizationFailure, true>> = {
  access_denied: true,
  expired: true,
  invalid_request: true,
  invalid_state: true,
  issuer_mismatch: true,
  wrong_user: true,
  provider_error: true,
  server_error: true,
};

const kinds: Readonly<Record<TokenFailureKind, true>> = {
  terminal: true,
  transient: true,
  configuration: true,
};

it.each(Object.entries({ codes, reasons, failures, kinds }))(
  "the %s that callers decide by are words that fit a log and a label",
  (_, words) => {
    for (const word of Object.keys(words)) expect(word).toMatch(/^[a-z][a-z0-9_]*$/);
  },
);

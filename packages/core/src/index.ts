export type { CacheDataKeysOptions } from "./cache-data-keys.js";
export { cacheDataKeys } from "./cache-data-keys.js";
export type { Clock } from "./clock.js";
export { systemClock } from "./clock.js";
export { isSecureUrl } from "./config-faults.js";
export type { Connection } from "./connection.js";
export type { CredentialKey, CredentialOwner } from "./credential-key.js";
export {
  assertCredentialKey,
  assertCredentialOwner,
  credentialId,
  credentialOwnerId,
} from "./credential-key.js";
export type { CredentialServiceOptions, HeldLease } from "./credential-service.js";
export { CredentialService } from "./credential-service.js";
export type {
  AcquireLeaseOptions,
  ClaimIdleOptions,
  ClaimOptions,
  CredentialChange,
  CredentialPage,
  CredentialRecord,
  CredentialStatus,
  CredentialStore,
  DeleteCredentialOptions,
  LeasedCredential,
  ListCredentialsOptions,
  ListSealedByOtherKeysOptions,
  RefreshLease,
  ReleaseLeaseOptions,
  ResealChange,
  SealedCredential,
  StopWatching,
} from "./credential-store.js";
export type { AccountIdentity, OAuth2Credentials, ResourceToken } from "./credentials.js";
export { decodeCredentials, encodeCredentials } from "./credentials.js";
export type {
  AuthorizationFailure,
  AuthorizationReason,
  NeedsUserAuthorizationErrorOptions,
  OAuth2ErrorCode,
  TokenFailureKind,
  TokenRequestErrorOptions,
} from "./errors.js";
export {
  AuthorizationError,
  ConfigurationError,
  isOAuth2Error,
  KeyServiceUnavailableError,
  MissingUserIdError,
  NeedsUserAuthorizationError,
  OAuth2Error,
  SealingError,
  StoreUnavailableError,
  TokenRequestError,
} from "./errors.js";
export { fapi2SignatureAlgorithms } from "./fapi2-profile.js";
export type { ProbingOptions } from "./keep-probing.js";
export { keepProbing } from "./keep-probing.js";
export type { KeyWrapper } from "./key-wrapper.js";
export type { KeyringOptions } from "./keyring.js";
export { generateKey, Keyring, parseKeyring } from "./keyring.js";
export type { LoadedKeyring, LoadKeyringOptions } from "./load-keyring.js";
export { loadKeyring } from "./load-keyring.js";
export { memberAt } from "./member-at.js";
export type { MemoryCredentialStoreOptions } from "./memory-credential-store.js";
export { MemoryCredentialStore } from "./memory-credential-store.js";
export type { MemoryPendingAuthorizationStoreOptions } from "./memory-pending-authorization-store.js";
export { MemoryPendingAuthorizationStore } from "./memory-pending-authorization-store.js";
export type { MemorySuspendedCallStoreOptions } from "./memory-suspended-call-store.js";
export { MemorySuspendedCallStore } from "./memory-suspended-call-store.js";
export type {
  ClientAuthentication,
  OAuth2Config,
  OAuth2ConfigInput,
  OAuth2Flow,
  SecurityProfile,
} from "./oauth2-config.js";
export { defineOAuth2Config } from "./oauth2-config.js";
export type {
  ExpireHeldOptions,
  HoldPendingAuthorizationOptions,
  OpenPendingAuthorizationOptions,
  PendingAuthorizationOutcome,
  PendingAuthorizationRecord,
  PendingAuthorizationStatus,
  PendingAuthorizationStore,
  SealedPendingAuthorization,
} from "./pending-authorization-store.js";
export type { PersistOptions } from "./persist.js";
export { persist } from "./persist.js";
export type { PrivateKey } from "./private-key.js";
export { readPrivateKey } from "./private-key.js";
export type { ProviderQuirks, RevocationRequest, UserinfoRequest } from "./provider-quirks.js";
export type { ReadBytesLimits } from "./read-bytes.js";
export { readBytes } from "./read-bytes.js";
export type {
  ResealCredentialsOptions,
  ResealProgress,
  ResealResult,
  UnreadableCredential,
} from "./reseal-credentials.js";
export { resealCredentials } from "./reseal-credentials.js";
export type { Scheduler } from "./scheduler.js";
export type { PreparedSeal, SealedBytes, SealingContext } from "./sealer.js";
export { Sealer } from "./sealer.js";
export type { AccessTokenOptions } from "./secret.js";
export { AccessToken, Secret } from "./secret.js";
export { showsCertificate } from "./shows-certificate.js";
export type { RevokedCredential, StoredCredential } from "./stored-credential.js";
export type {
  OpenSuspendedCallOptions,
  SealedSuspendedCall,
  SuspendedCallRecord,
  SuspendedCallStatus,
  SuspendedCallStore,
} from "./suspended-call-store.js";

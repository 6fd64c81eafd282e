import {
  CredentialService,
  generateKey,
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  MemorySuspendedCallStore,
  parseKeyring,
} from "@rak-oauth/core";

export const credentials: CredentialService = new CredentialService({
  store: new MemoryCredentialStore(),
  keys: parseKeyring(`memory:${generateKey()}`),
});
export const pendingAuthorizations: MemoryPendingAuthorizationStore =
  new MemoryPendingAuthorizationStore();
export const suspendedCalls: MemorySuspendedCallStore = new MemorySuspendedCallStore();

import {
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  MemorySuspendedCallStore,
} from "../src/index.js";
import {
  describeCredentialStore,
  describePendingAuthorizationStore,
  describeSuspendedCallStore,
} from "../src/testing/index.js";

describeCredentialStore("MemoryCredentialStore", {
  createStore: () => new MemoryCredentialStore(),
});

describePendingAuthorizationStore("MemoryPendingAuthorizationStore", {
  createStore: () => new MemoryPendingAuthorizationStore(),
});

describeSuspendedCallStore("MemorySuspendedCallStore", {
  createStore: () => new MemorySuspendedCallStore(),
});

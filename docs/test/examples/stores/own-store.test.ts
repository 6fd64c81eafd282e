import {
  MemoryCredentialStore,
  MemoryPendingAuthorizationStore,
  MemorySuspendedCallStore,
} from "@rak-oauth/core";

class MyCredentialStore extends MemoryCredentialStore {}
class MyPendingAuthorizationStore extends MemoryPendingAuthorizationStore {}
class MySuspendedCallStore extends MemorySuspendedCallStore {}

// shown from here

import {
  describeCredentialStore,
  describePendingAuthorizationStore,
  describeSuspendedCallStore,
} from "@rak-oauth/core/testing";

describeCredentialStore("MyCredentialStore", { createStore: () => new MyCredentialStore() });

describePendingAuthorizationStore("MyPendingAuthorizationStore", {
  createStore: () => new MyPendingAuthorizationStore(),
});

describeSuspendedCallStore("MySuspendedCallStore", {
  createStore: () => new MySuspendedCallStore(),
});

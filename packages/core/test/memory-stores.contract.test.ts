import { MemoryCredentialStore, MemoryPendingAuthorizationStore } from "../src/index.js";
import {
  describeCredentialStore,
  describePendingAuthorizationStore,
} from "../src/testing/index.js";

describeCredentialStore("MemoryCredentialStore", {
  createStore: () => new MemoryCredentialStore(),
});

describePendingAuthorizationStore("MemoryPendingAuthorizationStore", {
  createStore: () => new MemoryPendingAuthorizationStore(),
});

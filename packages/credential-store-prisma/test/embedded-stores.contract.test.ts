import {
  describeCredentialStore,
  describeCredentialStoreModel,
  describePendingAuthorizationStore,
  describeSuspendedCallStore,
} from "@rak-oauth/core/testing";
import { afterAll, beforeAll } from "vitest";
import { openEmbeddedStores } from "../src/embedded.js";
import type { OpenStores } from "../src/index.js";

let stores: OpenStores;

beforeAll(async () => {
  stores = await openEmbeddedStores();
});

afterAll(async () => {
  await stores.close();
});

describeCredentialStore("openEmbeddedStores in memory", {
  createStore: () => stores.credentials,
});

describeCredentialStoreModel("openEmbeddedStores in memory", {
  createClient: () => stores.credentials,
  runs: 20,
});

describePendingAuthorizationStore("openEmbeddedStores in memory", {
  createStore: () => stores.pendingAuthorizations,
});

describeSuspendedCallStore("openEmbeddedStores in memory", {
  createStore: () => stores.suspendedCalls,
});

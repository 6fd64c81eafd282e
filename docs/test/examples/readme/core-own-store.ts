import { MemoryCredentialStore } from "@rak-oauth/core";

class MyStore extends MemoryCredentialStore {}

// shown from here

import { describeCredentialStore } from "@rak-oauth/core/testing";

describeCredentialStore("MyStore", { createStore: () => new MyStore() });

export type { CredentialStoreContractOptions } from "./credential-store-contract.js";
export { describeCredentialStore } from "./credential-store-contract.js";
export type { CredentialStoreModelOptions } from "./credential-store-model.js";
export { describeCredentialStoreModel } from "./credential-store-model.js";
export type { PendingAuthorizationStoreContractOptions } from "./pending-authorization-store-contract.js";
export { describePendingAuthorizationStore } from "./pending-authorization-store-contract.js";
export type { SuspendedCallStoreContractOptions } from "./suspended-call-store-contract.js";
export { describeSuspendedCallStore } from "./suspended-call-store-contract.js";

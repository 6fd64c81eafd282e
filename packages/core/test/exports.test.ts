import * as core from "@rak-oauth/core";
import * as rotateCommand from "@rak-oauth/core/rotate-command";
import * as testing from "@rak-oauth/core/testing";
import * as vault from "@rak-oauth/core/vault";
import { expect, it } from "vitest";

it("exports what is documented, and no more", () => {
  expect(Object.keys(core).sort()).toEqual([
    "AccessToken",
    "AuthorizationError",
    "ConfigurationError",
    "CredentialService",
    "KeyServiceUnavailableError",
    "Keyring",
    "MemoryCredentialStore",
    "MemoryPendingAuthorizationStore",
    "MemorySuspendedCallStore",
    "MissingUserIdError",
    "NeedsUserAuthorizationError",
    "OAuth2Error",
    "Sealer",
    "SealingError",
    "Secret",
    "StoreUnavailableError",
    "TokenRequestError",
    "assertCredentialKey",
    "assertCredentialOwner",
    "cacheDataKeys",
    "credentialId",
    "credentialOwnerId",
    "decodeCredentials",
    "defineOAuth2Config",
    "encodeCredentials",
    "fapi2SignatureAlgorithms",
    "generateKey",
    "isOAuth2Error",
    "isSecureUrl",
    "keepProbing",
    "loadKeyring",
    "memberAt",
    "parseKeyring",
    "persist",
    "readBytes",
    "readPrivateKey",
    "resealCredentials",
    "showsCertificate",
    "systemClock",
  ]);
});

it("exports the contract suites for tests", () => {
  expect(Object.keys(testing).sort()).toEqual([
    "describeCredentialStore",
    "describeCredentialStoreModel",
    "describePendingAuthorizationStore",
    "describeSuspendedCallStore",
  ]);
});

it("exports the wrapper for Vault on its own", () => {
  expect(Object.keys(vault)).toEqual(["VaultTransitKeyWrapper"]);
});

it("exports the terminal part of a rotation on its own", () => {
  expect(Object.keys(rotateCommand).sort()).toEqual(["rotateStore", "runRotateCommand"]);
});

import { authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import type { CredentialService } from "@rak-oauth/core";
import {
  authorizeDevice,
  type DeviceAuthorization,
  type TokenEndpoint,
} from "@rak-oauth/token-manager";

declare const endpoint: TokenEndpoint;
declare const credentials: CredentialService;
declare const subject: { readonly userId: string };
declare function onUserCode(device: DeviceAuthorization): void;

// shown from here

const isRemote = process.env["SSH_CONNECTION"] !== undefined;
const granted = isRemote
  ? await authorizeDevice({ endpoint, credentials, subject, onUserCode })
  : await authorizeWithLoopback({ endpoint, credentials, subject });

import { authorizeWithLoopback } from "@rak-oauth/auth-code-flow";
import type { OAuth2Config } from "@rak-oauth/core";
import { TokenEndpoint } from "@rak-oauth/token-manager";

declare const config: OAuth2Config;

// shown from here

const credentials = await authorizeWithLoopback({ endpoint: new TokenEndpoint({ config }) });

import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import { oauth2 } from "@rak-oauth/rest-tool-adapter";
import type { TokenManager } from "@rak-oauth/token-manager";

declare const document: object;
declare const tokens: TokenManager;
declare const authorization: AuthorizationCodeFlow;

// shown from here

import { OpenApiToolset } from "@rak-oauth/rest-tool-adapter/openapi";

const { tools } = OpenApiToolset.fromDocument(document, {
  auth: { calendar: (scopes) => oauth2({ tokens, authorization, scopes }) },
  filter: { tags: ["events"], methods: ["GET"] },
});

import type { AuthorizationCodeFlow } from "@rak-oauth/auth-code-flow";
import { type AgentTool, oauth2 } from "@rak-oauth/rest-tool-adapter";
import { OpenApiToolset } from "@rak-oauth/rest-tool-adapter/openapi";
import type { TokenManager } from "@rak-oauth/token-manager";

/** A tool for each operation that reads, with what its security scheme `calendar` demands. */
export function createTools(
  document: object,
  tokens: TokenManager,
  authorization: AuthorizationCodeFlow,
): readonly AgentTool[] {
  const { tools, leftOut } = OpenApiToolset.fromDocument(document, {
    auth: { calendar: (scopes) => oauth2({ tokens, authorization, scopes }) },
    filter: { methods: ["GET"] },
    unusable: "leave-out",
  });
  for (const { method, path, reason } of leftOut) {
    process.stderr.write(`${method} ${path}: ${reason}\n`);
  }
  return tools;
}

import { describe, expect, it } from "vitest";
import { parseResourceMetadataChallenge } from "../src/index.js";

describe("parseResourceMetadataChallenge", () => {
  it("reads where the metadata is, among other challenges", () => {
    expect(
      parseResourceMetadataChallenge(
        'Basic realm="a", Bearer realm="b, c", error="invalid_token", scope="mcp:read mcp:write", resource_metadata="https://mcp.example/.well-known/oauth-protected-resource"',
      ),
    ).toEqual({
      resourceMetadataUrl: "https://mcp.example/.well-known/oauth-protected-resource",
      scopes: ["mcp:read", "mcp:write"],
      error: "invalid_token",
    });
    expect(
      parseResourceMetadataChallenge("DPoP resource_metadata=https://mcp.example/metadata"),
    ).toEqual({ resourceMetadataUrl: "https://mcp.example/metadata", scopes: [] });
  });

  it.each([
    null,
    "",
    "Bearer",
    'Basic resource_metadata="https://mcp.example/"',
    'Bearer resource_metadata="/relative"',
    'Bearer resource_metadata="file:///etc/passwd"',
    'Bearer resource_metadata="https://user:password@mcp.example/"',
    'Bearer resource_metadata="https://"',
  ])("finds nothing in %s", (header) => {
    expect(parseResourceMetadataChallenge(header)).toBeUndefined();
  });
});

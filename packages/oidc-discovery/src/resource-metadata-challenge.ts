import { parseTokenChallenges, scopesOf } from "./token-challenges.js";

/** What a protected resource says of where its tokens come from. */
export interface ResourceMetadataChallenge {
  /**
   * Address of the resource's metadata, as the resource gave it: absolute, http or https, without
   * user and password. It comes from outside, so fetch it as such.
   */
  readonly resourceMetadataUrl: string;
  /** Scopes the resource asks for; none where it names none. */
  readonly scopes: readonly string[];
  /** Such as `invalid_token` or `insufficient_scope`; absent where no token was sent. */
  readonly error?: string | undefined;
}

/**
 * Reads the challenge by which a protected resource, such as an MCP server, names its metadata;
 * nothing when the header has none, or one that is no address.
 *
 * @param header - the value of `WWW-Authenticate`
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1
 */
export function parseResourceMetadataChallenge(
  header: string | null,
): ResourceMetadataChallenge | undefined {
  for (const challenge of parseTokenChallenges(header ?? "")) {
    const resourceMetadataUrl = challenge.get("resource_metadata") ?? "";
    if (!isPlainUrl(resourceMetadataUrl)) continue;
    const error = challenge.get("error");
    return {
      resourceMetadataUrl,
      scopes: scopesOf(challenge),
      ...(error !== undefined && { error }),
    };
  }
  return undefined;
}

function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}

import type { TokenSource } from "@rak-oauth/token-manager";

/** A token source, and the tokens it has given. */
export interface WatchedTokens {
  readonly source: TokenSource;
  /** Replaces each of the tokens in bytes that an API gave, which may have repeated one. */
  redact(bytes: Buffer): Buffer;
}

/** Keeps in mind which tokens were used, so that none of them is shown. */
export function watchTokens(source: TokenSource): WatchedTokens {
  const given = new Set<string>();
  return {
    source: {
      async getToken(options) {
        const token = await source.getToken(options);
        given.add(token.secret());
        return token;
      },
    },
    redact(bytes) {
      // One character a byte: what is no text at all stays what it is.
      let text = bytes.toString("latin1");
      for (const secret of given) text = text.replaceAll(secret, "(redacted)");
      return Buffer.from(text, "latin1");
    },
  };
}

import { invalidArguments } from "./tool-result.js";

/**
 * The bytes of an argument in base64 or base64url.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4648#section-4
 * @throws CallFailedError when it is not that.
 */
export function decodeBase64(argument: string, value: unknown): Buffer {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    throw invalidArguments(
      `The argument ${JSON.stringify(argument)} must be the bytes to send as base64 text, without spaces and without "data:".`,
    );
  }
  return Buffer.from(value, "base64");
}

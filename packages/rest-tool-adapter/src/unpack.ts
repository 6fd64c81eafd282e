import {
  type BrotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type Gunzip,
  type Inflate,
} from "node:zlib";
import { NetworkError } from "./network-error.js";

/** What {@link unpack} reads. */
export interface PackedBody {
  readonly bytes: Buffer;
  /** Whether the packed body was longer. */
  readonly isCut: boolean;
  /** The `Content-Encoding`. */
  readonly encoding: string;
  /** At most this many bytes are unpacked, and one more where there are more. */
  readonly maximumBytes: number;
}

/** Encodings that {@link unpack} knows, as an `Accept-Encoding`. */
export const acceptedEncodings = "gzip, deflate, br";

/**
 * Undoes the compression of an answer, up to a limit: a small answer can unpack to gigabytes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 * @throws NetworkError when the answer is broken, or packed in a way nobody asked for.
 */
export async function unpack(body: PackedBody): Promise<Buffer> {
  const { bytes, maximumBytes } = body;
  const encodings = body.encoding.split(",").map((name) => name.trim().toLowerCase());
  let unpacked = bytes;
  for (const encoding of encodings.toReversed()) {
    if (encoding === "" || encoding === "identity" || unpacked.length === 0) continue;
    unpacked = await unpackOnce(unpackerFor(encoding, body.isCut), unpacked, maximumBytes + 1);
  }
  return unpacked;
}

function unpackerFor(encoding: string, isCut: boolean): Gunzip | Inflate | BrotliDecompress {
  // The end of what was cut is no fault.
  const finishFlush = isCut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip({ finishFlush });
  if (encoding === "deflate") return createInflate({ finishFlush });
  if (encoding === "br") {
    const flush = isCut ? constants.BROTLI_OPERATION_FLUSH : constants.BROTLI_OPERATION_FINISH;
    return createBrotliDecompress({ finishFlush: flush });
  }
  throw new NetworkError({ code: "UNKNOWN_CONTENT_ENCODING" });
}

async function unpackOnce(
  unpacker: Gunzip | Inflate | BrotliDecompress,
  bytes: Buffer,
  limit: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  unpacker.end(bytes);
  try {
    // Leaving the loop early ends the unpacking.
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= limit) break;
    }
  } catch (error) {
    throw new NetworkError(error);
  }
  return Buffer.concat(chunks).subarray(0, limit);
}

import {
  type BrotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  type Gunzip,
  type Inflate,
  type InflateRaw,
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
 * @throws NetworkError when the answer is broken.
 */
export async function unpack(body: PackedBody): Promise<Buffer> {
  const { bytes, maximumBytes } = body;
  const encodings = body.encoding.split(",").map((name) => name.trim().toLowerCase());
  let unpacked = bytes;
  for (const encoding of encodings.toReversed()) {
    const unpacker = unpackerFor(encoding, unpacked, body.isCut);
    // Some servers name there what is no packing, a charset perhaps.
    if (unpacker !== undefined) unpacked = await unpackOnce(unpacker, unpacked, maximumBytes + 1);
  }
  return unpacked;
}

type Unpacker = Gunzip | Inflate | InflateRaw | BrotliDecompress;

function unpackerFor(encoding: string, bytes: Buffer, isCut: boolean): Unpacker | undefined {
  const [first] = bytes;
  if (first === undefined) return undefined;
  // The end of what was cut is no fault.
  const finishFlush = isCut ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip({ finishFlush });
    case "deflate":
      // With the header of RFC 1950 or, as some servers have it, without.
      return (first & 0x0f) === 8
        ? createInflate({ finishFlush })
        : createInflateRaw({ finishFlush });
    case "br": {
      const flush = isCut ? constants.BROTLI_OPERATION_FLUSH : constants.BROTLI_OPERATION_FINISH;
      return createBrotliDecompress({ finishFlush: flush });
    }
    default:
      return undefined;
  }
}

async function unpackOnce(unpacker: Unpacker, bytes: Buffer, limit: number): Promise<Buffer> {
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

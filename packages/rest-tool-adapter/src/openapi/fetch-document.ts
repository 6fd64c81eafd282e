import { ConfigurationError, isSecureUrl, OAuth2Error } from "@rak-oauth/core";
import type { Dispatcher } from "undici";
import { CallDeadline } from "../call-deadline.js";
import type { RequestDispatcher } from "../fetch-dispatcher.js";
import type { ApiResponse } from "../http-exchange.js";
import { NetworkError } from "../network-error.js";
import { dispatcherOf } from "../rest-api-tool-options.js";
import { sendRequest } from "../send-request.js";
import { CallFailedError } from "../tool-result.js";
import { acceptedEncodings, unpack } from "../unpack.js";
import { cutText } from "./cut-text.js";
import { parseYaml } from "./parse-yaml.js";

/** How a document is fetched. */
export interface FetchDocumentOptions {
  /** Whether plain http to loopback is accepted, for development only. @defaultValue false */
  readonly allowInsecureLoopback?: boolean | undefined;
  /**
   * Whether document and API may be at addresses that are not on the public internet.
   *
   * @defaultValue false
   */
  readonly allowPrivateAddresses?: boolean | undefined;
  /** Limit of fetching and reading the document, in milliseconds. @defaultValue 30000 */
  readonly fetchTimeoutMs?: number | undefined;
  /** Ends the fetching. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Fetches the document and sends the tools' requests, through a proxy perhaps: a dispatcher of undici 7.
   * Only with `allowPrivateAddresses`, for it is not known where it connects to. @defaultValue one of ours
   */
  readonly dispatcher?: Dispatcher | undefined;
  /** The same in place of a dispatcher. @defaultValue none: a dispatcher does */
  readonly fetch?: typeof fetch | undefined;
}

/** A parsed document and where it is from. */
export interface FetchedDocument {
  readonly document: unknown;
  readonly baseUrl: string;
}

const maximumBytes = 10_000_000;

/**
 * Fetches and parses a document, JSON or YAML, of at most 10 MB.
 *
 * @throws ConfigurationError when the address must not be called.
 * @throws OAuth2Error with the code `discovery_failed` when there is no document to be had.
 * @throws the signal's reason when the caller gave up.
 */
export async function fetchDocument(
  address: string | URL,
  options: FetchDocumentOptions,
): Promise<FetchedDocument> {
  const { allowInsecureLoopback = false, fetchTimeoutMs = 30_000, signal } = options;
  const url = toUrl(address, allowInsecureLoopback);
  const dispatcher = toDispatcher(url, options);
  const deadline = new CallDeadline(fetchTimeoutMs, signal);
  try {
    const headers = {
      accept: "application/json, application/yaml;q=0.9, */*;q=0.5",
      "accept-encoding": acceptedEncodings,
    };
    const response = await sendRequest({ method: "GET", url, headers }, undefined, {
      dispatcher,
      deadline,
      maximumBytes,
      tell: () => undefined,
    });
    return { document: await read(response, deadline.signal), baseUrl: url.href };
  } catch (error) {
    signal?.throwIfAborted();
    const problem = deadline.isOver
      ? `there was no complete answer within ${fetchTimeoutMs} ms`
      : problemOf(error);
    if (problem === undefined) throw error;
    throw new OAuth2Error(
      "discovery_failed",
      `OpenAPI document ${url.origin}${url.pathname}: ${problem}.`,
    );
  } finally {
    deadline.end();
  }
}

function toDispatcher(url: URL, options: FetchDocumentOptions): RequestDispatcher {
  const { allowPrivateAddresses = false, fetch: send } = options;
  if (!allowPrivateAddresses && (send ?? options.dispatcher) !== undefined) {
    throw new ConfigurationError(
      `OpenApiToolset.fromUrl: ${send ? "fetch" : "dispatcher"} is given, and only our own dispatcher checks that addresses are public. Set allowPrivateAddresses: true, if yours may connect to any, or leave it out.`,
    );
  }
  return dispatcherOf(
    { ...options, publicAddressesOnly: !allowPrivateAddresses && url.protocol === "https:" },
    "OpenApiToolset.fromUrl",
  );
}

function toUrl(address: string | URL, allowInsecureLoopback: boolean): URL {
  if (!URL.canParse(String(address))) {
    throw new ConfigurationError(
      'OpenApiToolset.fromUrl: url cannot be parsed. Give an absolute one, such as "https://api.example.com/openapi.json".',
    );
  }
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") {
    throw new ConfigurationError(
      "OpenApiToolset.fromUrl: url holds a user name or password. Remove them.",
    );
  }
  if (!isSecureUrl(url, allowInsecureLoopback)) {
    throw new ConfigurationError(
      `OpenApiToolset.fromUrl: url is at ${url.origin} and must use https. For a server on this machine, set allowInsecureLoopback: true and use 127.0.0.1.`,
    );
  }
  return url;
}

async function read(response: ApiResponse, signal: AbortSignal): Promise<unknown> {
  if (!response.isSuccess) throw new UnreadableError(`the server answered ${response.status}`);
  const { bytes, isCut } = response;
  const encoding = response.header("content-encoding") ?? "";
  const unpacked = await unpack({ bytes, isCut, encoding, maximumBytes });
  if (isCut || unpacked.length > maximumBytes) {
    throw new UnreadableError(`it is longer than ${maximumBytes} bytes`);
  }
  const text = new TextDecoder().decode(unpacked);
  try {
    return JSON.parse(text);
  } catch {
    // YAML then, of which JSON is a part.
  }
  try {
    return await parseYaml(text, signal);
  } catch (error) {
    signal.throwIfAborted();
    const problem = cutText(error instanceof Error ? error.message : "", 200).replaceAll("\n", " ");
    throw new UnreadableError(`it is neither JSON nor YAML (${problem})`);
  }
}

/** There is an answer, and no document in it. */
class UnreadableError extends Error {}

function problemOf(error: unknown): string | undefined {
  if (error instanceof UnreadableError) return error.message;
  if (error instanceof NetworkError) return `the network failed (${error.code || "no code"})`;
  // Its message gives advice for a model.
  if (error instanceof CallFailedError) {
    return error.failure.error === "redirect_refused"
      ? "the server redirects to elsewhere; give the address it redirects to"
      : "its address is not on the public internet; set allowPrivateAddresses: true if it is yours";
  }
  return undefined;
}

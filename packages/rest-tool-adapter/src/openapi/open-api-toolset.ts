import { ConfigurationError } from "@rak-oauth/core";
import type { AuthOptions } from "./choose-auth.js";
import type { ServerOptions } from "./choose-server.js";
import { type FetchDocumentOptions, fetchDocument } from "./fetch-document.js";
import { documentFault } from "./json-pointer.js";
import { OpenApiDocument } from "./open-api-document.js";
import type { OpenApiTool } from "./open-api-tool.js";
import { type FilterOptions, filterOperations } from "./operation-filter.js";
import { nameOperations } from "./operation-names.js";
import { readOperations } from "./read-operations.js";
import type { SharedToolOptions } from "./to-rest-api-tool-options.js";
import { ToolBuilder } from "./tool-builder.js";

/** Options of {@link OpenApiToolset.fromDocument}. */
export interface OpenApiToolsetOptions
  extends AuthOptions,
    FilterOptions,
    ServerOptions,
    SharedToolOptions {
  /**
   * What happens when an operation cannot become a tool, because its authorization is not given or
   * the document is faulty there: an error, or `leftOut` of the toolset says why it is missing.
   *
   * @defaultValue "throw"
   */
  readonly unusable?: "throw" | "leave-out" | undefined;
  /**
   * The only origins, such as `https://api.example.com`, that may get `headers`, and credentials which
   * do not bring origins of their own, as those of `oauth2` do.
   *
   * @defaultValue the origins of the document's servers; with `fromUrl` none
   */
  readonly origins?: readonly string[] | undefined;
}

/** Options of {@link OpenApiToolset.fromUrl}. */
export type OpenApiToolsetFromUrlOptions = Omit<
  OpenApiToolsetOptions,
  "publicAddressesOnly" | "baseUrl" | "dispatcher" | "fetch"
> &
  FetchDocumentOptions;

/** An operation that did not become a tool. */
export interface LeftOutOperation {
  readonly method: string;
  readonly path: string;
  /** What is wrong, and how to mend it. */
  readonly reason: string;
}

/** The operations of an OpenAPI document, 3.0 or 3.1, as tools. */
export class OpenApiToolset {
  /** In the order of the document. */
  readonly tools: readonly OpenApiTool[];
  /** Operations that could not become tools, with `unusable: "leave-out"`. */
  readonly leftOut: readonly LeftOutOperation[];

  private constructor(tools: readonly OpenApiTool[], leftOut: readonly LeftOutOperation[]) {
    this.tools = tools;
    this.leftOut = leftOut;
  }

  /**
   * Makes tools of a parsed document. It is not changed, and must not be afterwards.
   *
   * @throws ConfigurationError that says what is wrong where in the document, or with the options.
   */
  static fromDocument(document: unknown, options: OpenApiToolsetOptions = {}): OpenApiToolset {
    const source = new OpenApiDocument(document);
    const operations = readOperations(source);
    const names = nameOperations(operations);
    const builder = new ToolBuilder(source, options);
    const tools: OpenApiTool[] = [];
    const leftOut: LeftOutOperation[] = [];
    for (const operation of filterOperations(operations, options)) {
      try {
        const tool = builder.build(operation, names.get(operation) ?? "");
        if (tool !== undefined) tools.push(tool);
      } catch (error) {
        if (options.unusable !== "leave-out" || !(error instanceof ConfigurationError)) throw error;
        leftOut.push({
          method: operation.method,
          path: operation.path,
          reason: error.message,
        });
      }
    }
    if (tools.length === 0 && leftOut.length === 0) {
      throw documentFault(
        "#/paths",
        "has no operation that filter and includeDeprecated let through. Widen the filter.",
      );
    }
    return new OpenApiToolset(tools, leftOut);
  }

  /**
   * Fetches a document, JSON or YAML, and makes tools of it. It comes from outside and is not trusted:
   * credentials go to the origins they bring and to `origins`, wherever the document points, and no
   * request goes to an address that is not public.
   *
   * @throws ConfigurationError as {@link OpenApiToolset.fromDocument} does.
   * @throws OAuth2Error with the code `discovery_failed` when the document cannot be had.
   */
  static async fromUrl(
    url: string | URL,
    options: OpenApiToolsetFromUrlOptions = {},
  ): Promise<OpenApiToolset> {
    const { document, baseUrl } = await fetchDocument(url, options);
    return OpenApiToolset.fromDocument(document, {
      ...options,
      baseUrl,
      origins: options.origins ?? [],
      publicAddressesOnly: options.allowPrivateAddresses !== true,
    });
  }

  /** The tool of that name; nothing where there is none. */
  get(name: string): OpenApiTool | undefined {
    return this.tools.find((tool) => tool.name === name);
  }
}

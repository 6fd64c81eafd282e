import { isSecureUrl } from "@rak-oauth/core";
import { UrlTemplate } from "../url-template.js";
import { AuthChooser } from "./choose-auth.js";
import { type ChosenBody, chooseBody } from "./choose-body.js";
import { chooseServer } from "./choose-server.js";
import { OperationDescriber } from "./describe-operation.js";
import {
  documentFault,
  type JsonObject,
  memberPointer,
  placeInWords,
  quoted,
} from "./json-pointer.js";
import { OncePer } from "./once-per.js";
import type { OpenApiDocument } from "./open-api-document.js";
import { OpenApiTool } from "./open-api-tool.js";
import type { OpenApiToolsetOptions } from "./open-api-toolset.js";
import type { OperationBlueprint } from "./operation-blueprint.js";
import { inheritedMember, type Operation } from "./read-operations.js";
import { fitToPath, type OperationParameter, readParameters } from "./read-parameters.js";
import { SchemaReferences } from "./schema-references.js";
import type { SharedToolOptions } from "./to-rest-api-tool-options.js";

/** Builds the tools of one document, and keeps what they share. */
export class ToolBuilder {
  readonly #document: OpenApiDocument;
  readonly #options: OpenApiToolsetOptions;
  readonly #auth: AuthChooser;
  readonly #references: SchemaReferences;
  readonly #describer: OperationDescriber;
  readonly #shared: SharedToolOptions;
  readonly #servers = new OncePer<unknown, string>();
  readonly #bodies = new OncePer<JsonObject, ChosenBody | undefined>();
  readonly #parameters = new OncePer<JsonObject, readonly OperationParameter[]>();

  /** @throws ConfigurationError when the options do not fit the document. */
  constructor(document: OpenApiDocument, options: OpenApiToolsetOptions) {
    this.#document = document;
    this.#options = options;
    this.#auth = new AuthChooser(document, options);
    this.#references = new SchemaReferences(document);
    this.#describer = new OperationDescriber(document);
    this.#shared = {
      headers: options.headers,
      timeoutMs: options.timeoutMs,
      maximumResponseBytes: options.maximumResponseBytes,
      allowInsecureLoopback: options.allowInsecureLoopback,
      publicAddressesOnly: options.publicAddressesOnly,
      retries: options.retries,
      scheduler: options.scheduler,
      dispatcher: options.dispatcher,
      fetch: options.fetch,
      response: options.response,
    };
  }

  /**
   * The tool of an operation; nothing where the filter's scopes are not enough for it.
   *
   * @throws ConfigurationError when the operation cannot become a tool.
   */
  build(operation: Operation, name: string): OpenApiTool | undefined {
    const { auth, scopes } = this.#auth.choose(operation);
    const { filter } = this.#options;
    const isEnough = scopes.every((scope) => filter?.scopes?.includes(scope) ?? true);
    if (!isEnough) return undefined;
    const { method, path, operationId, tags, isDeprecated } = operation;
    return new OpenApiTool({
      blueprint: this.#blueprintOf(operation, name, auth),
      operation: { method, path, operationId, tags, isDeprecated, scopes },
      references: this.#references.targets,
      shared: this.#shared,
    });
  }

  #blueprintOf(
    operation: Operation,
    name: string,
    auth: OperationBlueprint["auth"],
  ): OperationBlueprint {
    const url = this.#urlOf(operation, auth);
    const body = this.#bodyOf(operation);
    const parameters = this.#parameters.get(operation.operation.value, () =>
      this.#parametersOf(operation, auth),
    );
    const description = this.#describer.describe(operation);
    return {
      name,
      description,
      method: operation.method,
      url,
      parameters: fitToPath(parameters, operation),
      body,
      auth,
    };
  }

  #parametersOf(
    operation: Operation,
    auth: OperationBlueprint["auth"],
  ): readonly OperationParameter[] {
    const fixed = Object.keys(this.#options.headers ?? {});
    const query = operation.path.split("?")[1] ?? "";
    const taken = [
      ...this.#auth.keyCarriers,
      ...(auth?.carriers ?? []),
      ...fixed.map((name) => ({ in: "header", name })),
      ...[...new URLSearchParams(query).keys()].map((name) => ({ in: "query", name })),
    ];
    const parameters = readParameters(this.#document, operation, taken);
    for (const parameter of parameters) this.#refer(parameter);
    return parameters;
  }

  #bodyOf({ method, operation }: Operation): ChosenBody | undefined {
    const value = operation.value["requestBody"];
    if (value === undefined) return undefined;
    const pointer = memberPointer(operation.pointer, "requestBody");
    const place = this.#document.resolve({ value, pointer });
    if (method === "GET" || method === "HEAD") {
      if (place.value["required"] !== true) return undefined;
      throw documentFault(
        pointer,
        `is required, and a ${method} request has none (RFC 9110 §9.3.1). Leave such operations out with unusable: "leave-out".`,
      );
    }
    return this.#bodies.get(place.value, () => {
      const body = chooseBody(this.#document, place);
      if (body !== undefined) this.#refer(body);
      return body;
    });
  }

  #refer({ schema, pointer }: ChosenBody | OperationParameter): void {
    this.#references.add({ value: schema, pointer: memberPointer(pointer, "schema") });
  }

  #urlOf(operation: Operation, auth: OperationBlueprint["auth"]): string {
    const { origins, headers, allowInsecureLoopback = false } = this.#options;
    const servers = inheritedMember(operation, this.#document.root, "servers");
    const server = this.#servers.get(servers?.value, () => chooseServer(servers, this.#options));
    const { pointer } = operation.operation;
    const allowsLoopback = auth?.allowInsecureLoopback ?? allowInsecureLoopback;
    if (URL.canParse(server) && !isSecureUrl(server, allowsLoopback)) {
      throw documentFault(
        pointer,
        `is called at ${quoted(server)}, and must be with https. If the API has it, give the option serverUrl; for an API on this machine, set allowInsecureLoopback: true and use 127.0.0.1.`,
      );
    }
    const where = placeInWords(pointer);
    const { origin, text } = new UrlTemplate(server + operation.path, where, allowsLoopback);
    const allowed = auth?.origins ?? (auth || headers ? origins : undefined);
    if (allowed === undefined || allowed.includes(origin)) return text;
    throw documentFault(
      pointer,
      `is called at ${origin}, and what it is called with may only go to ${allowed.join(", ") || "no origin at all"}. If it belongs to the API, add it to ${auth?.origins ? "apiOrigins of the OAuth2 configuration" : "the option origins"}.`,
    );
  }
}

import { isJson, isText, mediaTypeOf } from "../content-type.js";
import {
  documentFault,
  isJsonObject,
  type JsonObject,
  type Located,
  memberPointer,
  quoted,
} from "./json-pointer.js";
import type { OpenApiDocument } from "./open-api-document.js";

/** What kind of body a media type makes. */
type BodyKind = "json" | "form" | "multipart" | "text" | "binary";

/** The body of an operation, in the media type that suits a model best. */
export interface ChosenBody {
  readonly kind: BodyKind;
  readonly contentType: string;
  readonly isRequired: boolean;
  readonly description: unknown;
  /** Its schema as the document has it; absent where it has none. */
  readonly schema: unknown;
  /** Pointer of the media type. */
  readonly pointer: string;
  /** How the parts of a form are written (OpenAPI's encoding objects, unread). */
  readonly encoding: JsonObject;
}

const preference: readonly BodyKind[] = ["json", "form", "multipart", "text", "binary"];

/**
 * What a request body is; nothing where it has no media type and may be left out.
 *
 * @param place - the request body object, references followed
 * @see https://spec.openapis.org/oas/v3.1.1.html#request-body-object
 * @throws ConfigurationError when it is not what it must be.
 */
export function chooseBody(document: OpenApiDocument, place: Located): ChosenBody | undefined {
  const content = place.value["content"];
  const where = memberPointer(place.pointer, "content");
  if (!isJsonObject(content)) {
    throw documentFault(where, `must be an object of media types and is ${quoted(content)}.`);
  }
  const candidates = Object.keys(content).map((type) => ({ type, kind: kindOf(type) }));
  // Sorting is stable: among equals the document's order counts.
  const [best] = candidates.toSorted(
    (one, other) => preference.indexOf(one.kind) - preference.indexOf(other.kind),
  );
  if (best === undefined) {
    if (place.value["required"] !== true) return undefined;
    throw documentFault(where, "names no media type, and the body is required. Add one.");
  }
  const mediaType = document.resolve({
    value: content[best.type],
    pointer: memberPointer(where, best.type),
  });
  const encoding = mediaType.value["encoding"];
  return {
    kind: best.kind,
    contentType: best.type.includes("*") ? wildcardTypes[best.kind] : best.type,
    isRequired: place.value["required"] === true,
    description: place.value["description"],
    schema: mediaType.value["schema"],
    pointer: mediaType.pointer,
    encoding: isJsonObject(encoding) ? encoding : {},
  };
}

/** What is sent where the document takes anything. */
const wildcardTypes: Readonly<Record<BodyKind, string>> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  multipart: "multipart/form-data",
  text: "text/plain",
  binary: "application/octet-stream",
};

function kindOf(contentType: string): BodyKind {
  const type = mediaTypeOf(contentType);
  if (isJson(type) || type === "*/*" || type === "application/*") return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "multipart/form-data" || type === "multipart/*") return "multipart";
  return isText(type) ? "text" : "binary";
}

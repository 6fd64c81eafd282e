/**
 * Tells whether a media type is JSON, or a kind of it such as `application/problem+json`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6839#section-3.1
 */
export function isJson(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType);
}

/** The `charset` of a media type, in lower case; `utf-8` where it says none. */
export function charsetOf(contentType: string): string {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? "utf-8";
}

/** The media type without its parameters, in lower case. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** Tells whether a media type is text, such as XML, HTML or JSON. */
export function isText(contentType: string): boolean {
  return /^(?:text\/.*|.*[/+](?:json|xml|yaml)|application\/(?:x-yaml|x-ndjson|jsonl|json-seq|graphql|javascript|ecmascript|sql|toml|x-www-form-urlencoded))$/.test(
    mediaTypeOf(contentType),
  );
}

/** Tells whether a text can be sent as a media type. */
export function isMediaType(text: unknown): text is string {
  return (
    typeof text === "string" &&
    /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+[\t ]*(?:;[\t\x20-\x7e]*)?$/.test(text)
  );
}

/** Tells whether a media type is never text: images other than SVG, sound, archives and the like. */
export function isBinary(contentType: string): boolean {
  return /^(?:(?:image\/(?!svg\+xml))|(?:audio|video|font)\/|application\/(?:octet-stream|pdf|zip|gzip|x-tar|x-7z-compressed|vnd\.openxmlformats-officedocument\.))/.test(
    mediaTypeOf(contentType),
  );
}

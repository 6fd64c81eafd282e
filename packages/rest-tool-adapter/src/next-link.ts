const link =
  /<([^>]*)>((?:\s*;\s*[!#$%&'*+\-.^_`|~\w]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]+))?)*)/g;
const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))/i;

/**
 * Where the `Link` header says that the next page is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function findNextLink(header: string | undefined): string | undefined {
  for (const [, target, parameters] of (header ?? "").matchAll(link)) {
    const found = relation.exec(parameters ?? "");
    const relations = (found?.[1] ?? found?.[2] ?? "").toLowerCase().split(/\s+/);
    if (relations.includes("next")) return target;
  }
  return undefined;
}

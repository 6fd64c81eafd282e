import { escapeHtml } from "./escape-html.js";

/** HTML that is safe to send; made by {@link html} only. */
export interface SafeHtml {
  readonly safeHtml: string;
}

/**
 * HTML of a literal with values in it: texts are escaped, and stand as units of their own, since others
 * choose them and they may run the other way. Values go into content, never into attributes.
 */
export function html(
  literals: TemplateStringsArray,
  ...values: readonly (string | SafeHtml)[]
): SafeHtml {
  const parts = literals.flatMap((literal, index) => {
    const value = values[index];
    return value === undefined ? [literal] : [literal, toHtml(value)];
  });
  return { safeHtml: parts.join("") };
}

function toHtml(value: string | SafeHtml): string {
  return typeof value === "string" ? isolate(value) : value.safeHtml;
}

/** Text of others' choosing as a unit of its own. */
export function isolate(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

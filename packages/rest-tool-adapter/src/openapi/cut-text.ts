/**
 * A text of a document, fit for a model: without characters that nobody sees, and of at most
 * `maximumLength` UTF-16 units, cut between words.
 */
export function cutText(text: unknown, maximumLength: number): string {
  if (typeof text !== "string") return "";
  // Bounded before it is searched: a document may hold whatever it likes.
  const seen = text
    .slice(0, maximumLength * 4)
    .toWellFormed()
    .replace(/[^\P{C}\n\t]/gu, "")
    // Of a Markdown link the address is of no use without a browser.
    .replace(/\[([^[\]\n]{1,200})\]\([^()\s]{1,500}\)/g, "$1")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?(?:\n ?)*/g, "\n")
    .trim();
  if (seen.length <= maximumLength) return seen;
  const cut = seen.slice(0, maximumLength - 1);
  const space = cut.search(/\s\S*$/);
  return `${cut
    .slice(0, space > maximumLength / 2 ? space : cut.length)
    .toWellFormed()
    .trimEnd()}…`;
}

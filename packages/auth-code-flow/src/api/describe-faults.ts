import type { z } from "@hono/zod-openapi";

const shownNameLength = 64;

/** One sentence for all that is wrong with an input; no value of it is shown. */
export function describeFaults(error: z.ZodError): string {
  return `${error.issues.flatMap(describeIssue).join("; ")}.`;
}

function describeIssue(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${key.slice(0, shownNameLength)} is not known here`);
  }
  const place = issue.path.reduce<string>(
    (name, part) => (typeof part === "number" ? `${name}[${part}]` : String(part)),
    "",
  );
  return [place === "" ? "The body must be a JSON object" : `${place} ${issue.message}`];
}

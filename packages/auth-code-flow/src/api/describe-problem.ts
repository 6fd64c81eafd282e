import { z } from "@hono/zod-openapi";
import { type Problem, problemMediaType } from "./problem.js";

const problemSchema = z
  .object({
    title: z.string().openapi({ example: "Bad Request" }),
    status: z.int().openapi({ example: 400 }),
    detail: z.string().openapi({ example: "userId is missing." }),
  })
  .openapi("Problem", { description: "What went wrong, in one sentence (RFC 9457)." });

/** One problem of a route, for the OpenAPI document. */
export interface DescribedProblem {
  readonly description: string;
  readonly content: {
    readonly "application/problem+json": { readonly schema: z.ZodType<Problem> };
  };
}

/** A problem a route may answer with, for the OpenAPI document. */
export function describeProblem(description: string): DescribedProblem {
  return { description, content: { [problemMediaType]: { schema: problemSchema } } };
}

/** What any route may answer with. */
export const otherProblems: DescribedProblem = describeProblem(
  "401: the client did not prove who it is. 413, 415: a body too long, or no JSON. 503: the storage is away. 500: a fault of the server.",
);

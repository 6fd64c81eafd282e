import { STATUS_CODES } from "node:http";
import { z } from "@hono/zod-openapi";

/** Statuses of the API's problems. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 413 | 415 | 500 | 503;

/** What went wrong, in the form of RFC 9457; `detail` is one sentence for people. */
interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

const mediaType = "application/problem+json";

const problemSchema = z
  .object({
    title: z.string().openapi({ example: "Bad Request" }),
    status: z.int().openapi({ example: 400 }),
    detail: z.string().openapi({ example: "userId is missing." }),
  })
  .openapi("Problem", { description: "What went wrong, in one sentence (RFC 9457)." });

/** Ends a request with a problem. */
export class ProblemError extends Error {
  override readonly name: string = "ProblemError";
  readonly status: ProblemStatus;

  constructor(status: ProblemStatus, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The problem of a status, without the `type` that says no more than the status does. */
function createProblem(status: ProblemStatus, detail: string): Problem {
  return { title: STATUS_CODES[status] ?? "Error", status, detail };
}

/** Answers with a problem. */
export function problemResponse(
  status: ProblemStatus,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(createProblem(status, detail)), {
    status,
    headers: { "content-type": mediaType, ...headers },
  });
}

/** One problem of a route, for the OpenAPI document. */
export interface DescribedProblem {
  readonly description: string;
  readonly content: {
    readonly "application/problem+json": { readonly schema: z.ZodType<Problem> };
  };
}

/** A problem a route may answer with, for the OpenAPI document. */
export function describeProblem(description: string): DescribedProblem {
  return { description, content: { [mediaType]: { schema: problemSchema } } };
}

/** What any route may answer with. */
export const otherProblems: DescribedProblem = describeProblem(
  "401: the client did not prove who it is. 413, 415: a body too long, or no JSON. 503: the storage is away. 500: a fault of the server.",
);

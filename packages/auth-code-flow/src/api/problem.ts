import { STATUS_CODES } from "node:http";

/** Statuses of the API's problems. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 413 | 415 | 500 | 503;

/** What went wrong, in the form of RFC 9457; `detail` is one sentence for people. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** Its media type. */
export const problemMediaType = "application/problem+json";

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
    headers: { "content-type": problemMediaType, ...headers },
  });
}

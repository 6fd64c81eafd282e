import { isOAuth2Error } from "@rak-oauth/core";
import { HTTPException } from "hono/http-exception";
import { ProblemError, problemResponse } from "./problem.js";

/**
 * What a client is told of an error. Nothing of the reason when it is ours: that is in the log.
 */
export function toProblem(error: unknown): Response {
  if (error instanceof ProblemError) return problemResponse(error.status, error.message);
  if (error instanceof HTTPException && error.status === 400) {
    return problemResponse(400, "The body is no JSON.");
  }
  if (error instanceof HTTPException && error.status === 415) {
    return problemResponse(415, "The body must have the content type application/json.");
  }
  if (isOAuth2Error(error)) {
    switch (error.code) {
      case "invalid_credential_key":
      case "authorization_failed":
        return problemResponse(400, error.message);
      case "store_unavailable":
      case "key_service_unavailable":
        return problemResponse(503, "The storage cannot be reached. Try again in a moment.", {
          "retry-after": "1",
        });
    }
  }
  return problemResponse(500, "Something went wrong here. Try again in a minute.");
}

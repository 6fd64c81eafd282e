import { isOAuth2Error } from "@rak-oauth/core";

export function describeFailure(error: unknown): { status: number; message: string } {
  if (!isOAuth2Error(error)) throw error;
  switch (error.code) {
    case "needs_user_authorization":
      return { status: 403, message: "Please connect your account first." };
    case "store_unavailable":
    case "key_service_unavailable":
    case "token_request_deadline":
      return { status: 503, message: "Please try again in a moment." };
    default:
      return { status: 500, message: error.message }; // says what to mend, and holds no secret
  }
}

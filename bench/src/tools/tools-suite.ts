import type { Suite } from "../figure.js";
import { measureOpenApi } from "./openapi-figures.js";
import { measurePending } from "./pending-figures.js";
import { measureRequests } from "./request-figures.js";

/** What tools cost: their requests, and the answer to a user who has to authorize first. */
export const toolsSuite: Suite = {
  name: "tools",
  description:
    "protected requests of tools and SDKs against bare fetch, pending answers, OpenAPI documents",
  parts: [
    { name: "requests", measure: (_, size) => measureRequests(size) },
    { name: "pending", measure: (_, size) => measurePending(size) },
    { name: "openapi", measure: measureOpenApi },
  ],
};

import { z } from "@hono/zod-openapi";

/** Longest identifier; the same as a part of a `CredentialKey` may have. */
const maximumLength = 512;

/** A text whose faults read as the rest of a sentence that begins with its name. */
const text = z
  .string({ error: ({ input }) => (input === undefined ? "is missing" : "must be one text") })
  .min(1, "is empty; leave it out or give it a value")
  .max(maximumLength, `is longer than ${maximumLength} characters`);

/** Provider of a request. */
export const provider: z.ZodString = text.openapi({ example: "google" });

/** User of a request. */
export const userId: z.ZodString = text.openapi({
  description: "Your application's identifier of the user.",
  example: "user-7",
});

/** Tenant of a request. */
export const tenantId: z.ZodOptional<z.ZodString> = text.optional().openapi({
  description:
    "The user's tenant, where there are any. A client that is bound to one may leave it out.",
  example: "acme",
});

/** Which of a user's accounts. */
export const account: z.ZodOptional<z.ZodString> = text.optional().openapi({
  description: "Tells several accounts of one user at one provider apart.",
  example: "work",
});

/** Address that the browser goes to in the end. */
export const returnTo: z.ZodOptional<z.ZodString> = text.max(4096).optional();

/** A point in time, in UTC (RFC 3339). */
export const time: z.ZodISODateTime = z.iso
  .datetime()
  .openapi({ example: "2026-01-01T00:10:00.000Z" });

import { z } from "zod";
import type { Secret } from "./secret.js";

/** A text that is not empty. */
export const text: z.ZodString = z
  .string("must be a text")
  .min(1, { error: "must not be empty", abort: true });

/** An absolute URL, kept as text. */
export const url: z.ZodString = text.refine((value) => URL.canParse(value), {
  error: "must be an absolute URL",
  abort: true,
});

/** A duration. */
export const seconds: z.ZodNumber = z
  .number("must be a number of seconds")
  .int("must be whole seconds")
  .positive("must be more than 0");

/** A text that may be wrapped already. */
export const secret: z.ZodType<string | Secret> = z.union(
  [text, z.custom<Secret>(isSecret)],
  "must be a text that is not empty",
);

/** An object of these fields and no others. */
export function strictObject<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: ({ code }) => (code === "invalid_type" ? "must be an object" : undefined),
  });
}

/** One of a few texts. */
export function oneOf<const Values extends readonly [string, ...string[]]>(
  ...values: Values
): z.ZodType<Values[number]> {
  const quoted = values.map((value) => `"${value}"`);
  return z.enum(values, {
    error: `must be ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`,
  });
}

/** Also true for a secret of another installed copy of this package, where `instanceof` fails. */
function isSecret(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "secret" in value &&
    typeof value.secret === "function"
  );
}

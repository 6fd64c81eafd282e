import { expect, it } from "vitest";
import { readBytes } from "../src/index.js";
import { errorOf } from "./error-of.js";

const tooLarge = () => new RangeError("It is too large.");

/** An answer in parts, which does not end by itself where `isOpen`. */
function answer(parts: readonly string[], isOpen = false) {
  let isAbandoned = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      if (!isOpen) controller.close();
    },
    cancel() {
      isAbandoned = true;
    },
  });
  return { response: new Response(body), isAbandoned: () => isAbandoned };
}

it("gives a body as a whole, up to the limit", async () => {
  const { response } = answer(["one, ", "two"]);
  const bytes = await readBytes(response, { maximumBytes: 8, tooLarge });
  expect(new TextDecoder().decode(bytes)).toBe("one, two");
  const none = await readBytes(new Response(null), { maximumBytes: 8, tooLarge });
  expect(none).toHaveLength(0);
});

it("takes no more than the limit, and lets the rest go", async () => {
  const { response, isAbandoned } = answer(["one, ", "two"], true);
  const error = await errorOf(() => readBytes(response, { maximumBytes: 7, tooLarge }));
  expect(error).toBeInstanceOf(RangeError);
  expect(isAbandoned()).toBe(true);
});

it("ends with the signal's reason where a body does not come", async () => {
  const { response, isAbandoned } = answer(["one"], true);
  const abort = new AbortController();
  const { signal } = abort;
  const reading = errorOf(() => readBytes(response, { maximumBytes: 7, signal, tooLarge }));
  abort.abort(new Error("It takes too long."));
  expect(await reading).toMatchObject({ message: "It takes too long." });
  expect(isAbandoned()).toBe(true);
});

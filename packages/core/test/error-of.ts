/** What `action` throws or rejects with; an error when it does not. */
export async function errorOf(action: () => unknown): Promise<Error> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new TypeError(`Not an Error was thrown: ${String(error)}`);
  }
  throw new TypeError("Nothing was thrown.");
}

/** Tells `onFailure` of a failure; one that fails itself disturbs nobody but is warned of. */
export function reportFailure<Failure>(
  onFailure: ((failure: Failure) => void) | undefined,
  failure: Failure,
  owner: string,
): void {
  const warn = (error: unknown) => {
    const name = error instanceof Error ? error.name : typeof error;
    process.emitWarning(`onFailure of ${owner} threw: ${name}.`, { code: "RAK_OAUTH_ON_FAILURE" });
  };
  try {
    // An async function passes for a listener, and what it rejects with would end the process.
    const told: unknown = onFailure?.(failure);
    if (told instanceof Promise) told.catch(warn);
  } catch (error) {
    warn(error);
  }
}

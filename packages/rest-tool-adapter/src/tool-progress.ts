/** What a call is doing. It names the tool and its URL's template: no argument and no credential. */
export type ToolProgress = {
  readonly toolName: string;
} & (
  | {
      readonly kind: "sent";
      readonly method: string;
      /** The URL as in the tool's definition, with its placeholders. */
      readonly url: string;
    }
  | {
      readonly kind: "retrying";
      /** How often it was tried so far. */
      readonly attempts: number;
      /** When it is tried again, in milliseconds from now. */
      readonly delayMs: number;
      /** Why: the status of the API's answer, or the system's word for a failure of the network. */
      readonly reason: number | string;
    }
  | { readonly kind: "redirected"; readonly httpStatus: number }
  | {
      readonly kind: "page";
      /** Pages so far. */
      readonly pages: number;
      /** Items so far. */
      readonly items: number;
    }
);

/** Is told what a call is doing. */
export type OnProgress = (progress: ToolProgress) => void;

/** What one call tells of, without the name of its tool. */
type ProgressStep = ToolProgress extends infer Progress
  ? Progress extends ToolProgress
    ? Omit<Progress, "toolName">
    : never
  : never;

/** Tells of a step. */
export type TellProgress = (step: ProgressStep) => void;

/** Tells the listener of a call; one that fails disturbs nobody but is warned of. */
export function progressTo(onProgress: OnProgress | undefined, toolName: string): TellProgress {
  if (onProgress === undefined) return tellNobody;
  return (step) => {
    try {
      onProgress({ ...step, toolName });
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      process.emitWarning(`onProgress of the context for ${toolName} threw: ${name}.`, {
        code: "RAK_OAUTH_ON_PROGRESS",
      });
    }
  };
}

function tellNobody(): void {}

import type { AuthorizationCodeFlow, AuthorizationOutcome } from "@rak-oauth/auth-code-flow";
import type { PendingAuthorizationResult, RestApiTool } from "@rak-oauth/rest-tool-adapter";
import { toAiTools } from "@rak-oauth/rest-tool-adapter/ai-sdk";
import { generateText, type LanguageModel, type ModelMessage, stepCountIs } from "ai";

/** Options of {@link Agent}. */
export interface AgentOptions {
  readonly model: LanguageModel;
  readonly tools: readonly RestApiTool[];
  readonly flow: AuthorizationCodeFlow;
  /** The tenant its users belong to. */
  readonly tenantId: string;
}

/** What {@link Agent.ask} needs. */
export interface AskOptions {
  readonly userId: string;
  readonly question: string;
  /** Shows the user the link; what it returns decides whether the agent waits for the user. */
  readonly onPending: (
    pending: PendingAuthorizationResult,
    words: string,
  ) => Promise<"wait" | "stop">;
  readonly signal: AbortSignal;
}

/** What came of a question. */
export interface AgentAnswer {
  readonly text: string;
  /** The API's data behind the answer, as the tool gave it. */
  readonly data: unknown;
  /** How the authorization ended that the user was asked for, if they were. */
  readonly authorization: AuthorizationOutcome | undefined;
}

const instructions =
  "You are a calendar assistant. Use the tools. When a tool says that authorization is pending, ask the user to open the link, and stop. When the user says it is done, call the tool again.";
const maximumSteps = 5;

/** An agent loop: question, tools, answer; it goes on by itself once a user has authorized. */
export class Agent {
  readonly #options: AgentOptions;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  async ask(options: AskOptions): Promise<AgentAnswer> {
    const { model, flow, tenantId } = this.#options;
    const { userId, signal } = options;
    const tools = toAiTools(this.#options.tools, { tenantId, userId });
    const messages: ModelMessage[] = [{ role: "user", content: options.question }];
    let authorization: AuthorizationOutcome | undefined;
    for (;;) {
      const turn = await generateText({
        model,
        system: instructions,
        messages,
        tools,
        stopWhen: stepCountIs(maximumSteps),
        abortSignal: signal,
      });
      messages.push(...turn.response.messages);
      const outputs = turn.steps.flatMap((step) => step.toolResults.map(({ output }) => output));
      const pending = outputs.find(isPending);
      if (pending === undefined) {
        return { text: turn.text, data: dataOf(outputs.at(-1)), authorization };
      }
      if ((await options.onPending(pending, turn.text)) === "stop") {
        return { text: turn.text, data: undefined, authorization };
      }
      authorization = await flow.waitForAuthorization(pending.auth_request_id, { signal });
      if (authorization.status !== "completed") {
        return {
          text: `The authorization ended: ${authorization.status}.`,
          data: undefined,
          authorization,
        };
      }
      messages.push({ role: "user", content: "The authorization is done. Please go on." });
    }
  }
}

function isPending(output: unknown): output is PendingAuthorizationResult {
  return (
    typeof output === "object" && output !== null && "pending" in output && output.pending === true
  );
}

function dataOf(output: unknown): unknown {
  return typeof output === "object" && output !== null && "data" in output
    ? output.data
    : undefined;
}

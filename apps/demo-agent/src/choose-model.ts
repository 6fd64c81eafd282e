import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import type { LanguageModel } from "ai";
import { scriptedModel } from "./scripted-model.js";

/** The model of the agent's loop, and what to say about it. */
export interface ChosenModel {
  readonly model: LanguageModel;
  readonly description: string;
}

/** A real model where the environment has a key for one, else the scripted one. */
export function chooseModel(environment: NodeJS.ProcessEnv): ChosenModel {
  const { ANTHROPIC_API_KEY, OPENAI_API_KEY, DEMO_MODEL } = environment;
  if (ANTHROPIC_API_KEY) {
    const name = DEMO_MODEL ?? "claude-sonnet-4-5";
    const model = createAnthropic({ apiKey: ANTHROPIC_API_KEY })(name);
    return { model, description: `${name} (ANTHROPIC_API_KEY is set)` };
  }
  if (OPENAI_API_KEY) {
    const name = DEMO_MODEL ?? "gpt-5-mini";
    const model = createOpenAI({ apiKey: OPENAI_API_KEY })(name);
    return { model, description: `${name} (OPENAI_API_KEY is set)` };
  }
  return chooseScriptedModel("no ANTHROPIC_API_KEY or OPENAI_API_KEY is set");
}

/** The scripted model, and why it plays. */
export function chooseScriptedModel(why: string): ChosenModel {
  return { model: scriptedModel, description: `scripted, not a real model: ${why}` };
}

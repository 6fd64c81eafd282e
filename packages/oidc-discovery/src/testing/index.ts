export { describeProvider } from "./describe-provider.js";
export type {
  GoodAnswer,
  ProviderAnswer,
  ProviderAnswers,
  Refusal,
  RevocationAnswer,
} from "./provider-answers.js";

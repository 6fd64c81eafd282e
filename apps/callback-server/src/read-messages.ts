import { englishMessages, germanMessages, type PageMessages } from "@rak-oauth/auth-code-flow";
import type { Environment, SettingFault } from "@rak-oauth/environment";

const name = "RAK_OAUTH_LANGUAGE";
const catalogues = [englishMessages, germanMessages];

/** The languages that pages may be in: one that is set, else all, and the browser chooses. */
export function readMessages(
  environment: Environment,
  faults: SettingFault[],
): readonly PageMessages[] {
  const language = environment[name];
  if (language === undefined) return catalogues;
  const chosen = catalogues.filter((catalogue) => catalogue.language === language);
  if (chosen.length === 0) {
    const known = catalogues.map((catalogue) => `"${catalogue.language}"`).join(" or ");
    const problem = `is ${JSON.stringify(language)} and must be ${known}. Leave it out to let browsers choose.`;
    faults.push({ name, problem });
  }
  return chosen;
}

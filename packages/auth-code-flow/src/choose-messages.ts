import { ConfigurationError } from "@rak-oauth/core";
import Negotiator from "negotiator";
import { englishMessages } from "./english-messages.js";
import { germanMessages } from "./german-messages.js";
import type { PageMessages } from "./page-messages.js";

/** Which catalogue a request is answered in. */
export type ChooseMessages = (request: Request) => PageMessages;

const builtIn = [englishMessages, germanMessages] as const;

/**
 * Chooses by what the browser asks for (`Accept-Language`); the first where it wants none of them.
 *
 * @throws ConfigurationError without a catalogue, or with one whose language is no BCP 47 tag.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
 */
export function createMessageChoice(catalogues: readonly PageMessages[] = builtIn): ChooseMessages {
  const [first] = catalogues;
  if (first === undefined) {
    throw new ConfigurationError(
      "messages is empty. Give at least one catalogue, such as englishMessages, or leave it out.",
    );
  }
  const byLanguage = new Map(catalogues.map((catalogue) => [catalogue.language, catalogue]));
  for (const language of byLanguage.keys()) assertLanguage(language);
  return (request) => {
    const wanted = request.headers.get("accept-language");
    if (wanted === null || byLanguage.size === 1) return first;
    const negotiator = new Negotiator({ headers: { "accept-language": wanted } });
    return byLanguage.get(negotiator.language([...byLanguage.keys()]) ?? "") ?? first;
  };
}

function assertLanguage(language: string): void {
  try {
    if (Intl.getCanonicalLocales(language).length === 1) return;
  } catch {}
  throw new ConfigurationError(
    `messages holds a catalogue of language ${JSON.stringify(language)}, which is no BCP 47 tag, such as "de" or "pt-BR".`,
  );
}

import { describe, expect, it } from "vitest";
import { englishMessages, germanMessages, html, type PageMessages } from "../src/index.js";
import { connectUrl, createWorld } from "./world.js";

/** A language of an application's own; what it does not translate here stays English. */
const arabicMessages: PageMessages = {
  ...englishMessages,
  language: "ar",
  direction: "rtl",
  flow: {
    ...englishMessages.flow,
    failures: {
      ...englishMessages.flow.failures,
      invalid_request: () => ({
        title: "الرابط غير مكتمل",
        sentences: [html`لم يتم ربط أي شيء.`],
        next: html`افتح الرابط مرة أخرى.`,
      }),
    },
  },
};

async function read(
  acceptLanguage: string | undefined,
  messages?: readonly PageMessages[],
): Promise<string> {
  const flow = createWorld().createFlow({ messages });
  const headers = acceptLanguage === undefined ? {} : { "accept-language": acceptLanguage };
  return (await flow.handler(new Request(connectUrl, { headers }))).text();
}

const languageOf = (page: string) => /<html lang="([^"]*)" dir="([^"]*)">/.exec(page)?.slice(1);

describe("the language of a page", () => {
  it.each([
    ["de", "de"],
    ["de-AT,de;q=0.9,en;q=0.5", "de"],
    ["fr-FR, de;q=0.4, en;q=0.3", "de"],
    ["en-US,en;q=0.9,de;q=0.8", "en"],
    ["de;q=0, en;q=0.1", "en"],
    ["fr", "en"],
    ["*", "en"],
    [";;;,=,q=", "en"],
    ["x".repeat(5000), "en"],
    [undefined, "en"],
  ])("is what the browser asks for: %s", async (acceptLanguage, language) => {
    expect(languageOf(await read(acceptLanguage))).toEqual([language, "ltr"]);
  });

  it("is one alone where an application gives one alone", async () => {
    const page = await read("en", [germanMessages]);
    expect(languageOf(page)).toEqual(["de", "ltr"]);
    expect(page).toContain("<h1>Dieser Link ist unvollständig</h1>");
  });

  it("may be an application's own, written from right to left", async () => {
    const page = await read("ar-EG, en;q=0.5", [englishMessages, arabicMessages]);
    expect(languageOf(page)).toEqual(["ar", "rtl"]);
    expect(page).toContain("<title>الرابط غير مكتمل</title>");
  });

  it.each([
    [[], "messages is empty"],
    [[{ ...englishMessages, language: "" }], 'language "", which is no BCP 47 tag'],
    [[{ ...englishMessages, language: 'x"><script>' }], "which is no BCP 47 tag"],
  ] as const)("EV-02 is refused when it is none: %o", (messages, problem) => {
    expect(() => createWorld().createFlow({ messages })).toThrow(problem);
  });
});

describe("html", () => {
  it("AC-12 escapes texts, and keeps what is HTML already", () => {
    const link = html`<strong>${"<a>"}</strong>`;
    expect(html`One ${link} and ${"&"}.`.safeHtml).toBe(
      "One <strong><bdi>&lt;a&gt;</bdi></strong> and <bdi>&amp;</bdi>.",
    );
  });
});

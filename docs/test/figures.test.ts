import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";

interface Figure {
  readonly name: string;
  readonly value?: number | undefined;
  readonly detail?: string | undefined;
}

let page: string;

beforeAll(async () => {
  const text = await readFile(new URL("../comparison.md", import.meta.url), "utf8");
  page = text.replaceAll(/\s+/g, " ");
});

async function readFigure(suite: string, name: string): Promise<Figure> {
  const file = new URL(`../../bench/results/${suite}.json`, import.meta.url);
  const { figures } = JSON.parse(await readFile(file, "utf8")) as { readonly figures: Figure[] };
  const figure = figures.find((each) => each.name === name);
  if (figure === undefined) throw new Error(`${suite}.json has no figure "${name}".`);
  return figure;
}

describe("comparison.md says what was measured", () => {
  const [wave, callers, processes] = [
    "100,000 tokens expire within 60 s: until the last was served",
    "1,000 callers, one process",
    "8 processes × 250 callers",
  ];

  it.each([
    [callers, "of one raw request, and we take # ×"],
    [`${callers}: @badgateway/oauth2-client`, "as fast: # × of one raw request"],
    [`${processes}, PostgreSQL`, "asking anybody, and we take # ×"],
    [`${processes}, PostgreSQL: @badgateway/oauth2-client`, "on PostgreSQL it takes # ×"],
    [`${processes}, Redis`, "On Redis we take # ×"],
    [`${processes}, Redis: hand-written Redis lock`, "at # × on Redis and"],
    [`${processes}, PostgreSQL: hand-written PostgreSQL row lock`, "and # × on PostgreSQL."],
  ])("%s", async (name, sentence) => {
    const { value } = await readFigure("token-manager", name);
    expect(page).toContain(sentence.replace("#", String(value?.toFixed(2))));
  });

  it("how long a wave lasts", async () => {
    const { detail = "" } = await readFigure("token-manager", wave);
    const [, seconds, longest] = /^([\d.]+) s .* the longest wait ([\d.]+) s$/.exec(detail) ?? [];
    expect(page).toContain(
      `takes us ${seconds} seconds to serve; the longest wait was ${longest}.`,
    );
  });

  it("how many requests each library sends", async () => {
    const rows = [
      ...page.matchAll(/\| ([^|]+) \| (\d+), (\d+)(?:, grant ended)? \| (\d+), (\d+)/g),
    ];
    expect(rows.length).toBeGreaterThan(5);
    for (const [, names = "", requests, failed, more, others] of rows) {
      const [name = ""] = names.trim().replaceAll("`", "").split(", ");
      if (name === "RAK OAuth") continue;
      const one = (await readFigure("token-manager", `${callers}: ${name}`)).detail;
      expect(one).toContain(`${requests} token requests, ${failed} callers failed`);
      const many = (await readFigure("token-manager", `${processes}, Redis: ${name}`)).detail;
      expect(many).toContain(`${more} token requests, ${others} of 2000 callers failed`);
    }
  });
});

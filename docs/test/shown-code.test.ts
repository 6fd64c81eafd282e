import { readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const pages = new URL("../", import.meta.url);
const examples = new URL("examples/", import.meta.url);

it("each example that is compiled is shown in a page", async () => {
  const names = (await readdir(pages)).filter((name) => name.endsWith(".md"));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, pages), "utf8")));
  for (const name of await readdir(examples)) {
    const block = `\`\`\`ts\n${await readFile(new URL(name, examples), "utf8")}\`\`\``;
    expect(
      texts.some((text) => text.includes(block)),
      name,
    ).toBe(true);
  }
});

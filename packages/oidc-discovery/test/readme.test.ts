import { readdir, readFile } from "node:fs/promises";
import { assertReadmeExample } from "@rak-oauth/test-kit/readme-example";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { expect, it } from "vitest";

it("shows a preset of one's own, and its test, as they are compiled and run", async () => {
  const folder = new URL("readme/", import.meta.url);
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  for (const name of await readdir(folder)) {
    expect(readme).toContain(`\`\`\`ts\n${await readFile(new URL(name, folder), "utf8")}\`\`\``);
  }
});

it("shows an example in the README that compiles and runs", async () => {
  await assertReadmeExample(import.meta.url);
  const issuer = "https://login.example.com";
  const server = setupServer(
    http.get(`${issuer}/.well-known/openid-configuration`, () =>
      HttpResponse.json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
      }),
    ),
  );
  server.listen({ onUnhandledRequest: "error" });
  try {
    const { configs } = await import("./readme-example.js");
    expect(configs.map(({ provider }) => provider)).toEqual(["google", "microsoft", "example"]);
  } finally {
    server.close();
  }
});

it("shows further examples that compile", async () => {
  const folder = new URL("readme/", import.meta.url);
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  for (const name of await readdir(folder)) {
    expect(readme).toContain(`\`\`\`ts\n${await readFile(new URL(name, folder), "utf8")}\`\`\``);
  }
});

import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { expect, it } from "vitest";

it("the README's example runs", async () => {
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

import { ConfigurationError } from "@rak-oauth/core";
import { expect, it } from "vitest";
import { clientIdMetadataResponse } from "../src/index.js";

const client = {
  clientId: "https://app.example.com/oauth2/client.json",
  clientName: "Agent",
  redirectUris: ["https://app.example.com/oauth2/callback"],
};

it("describes the client at its identifier", async () => {
  const response = clientIdMetadataResponse(client);
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(response.headers.get("cache-control")).toBe("public, max-age=3600");
  expect(await response.json()).toEqual({
    client_id: client.clientId,
    client_name: "Agent",
    redirect_uris: client.redirectUris,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  });
});

it("names the keys of a client that has some", async () => {
  const jwksUri = "https://app.example.com/jwks";
  expect(await clientIdMetadataResponse({ ...client, jwksUri }).json()).toMatchObject({
    token_endpoint_auth_method: "private_key_jwt",
    jwks_uri: jwksUri,
  });
});

it.each([
  "http://app.example.com/client.json",
  "https://app.example.com",
  "https://app.example.com/",
  "https://app.example.com/client.json#a",
  "https://app.example.com/client.json?a=1",
  "https://user@app.example.com/client.json",
  "https://app.example.com/a/../client.json",
  "HTTPS://app.example.com/client.json",
  "client.json",
])("EV-02 does not take %s for an identifier", (clientId) => {
  expect(() => clientIdMetadataResponse({ ...client, clientId })).toThrow(ConfigurationError);
});

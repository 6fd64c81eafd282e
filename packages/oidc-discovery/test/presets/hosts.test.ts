import { ConfigurationError } from "@rak-oauth/core";
import { describe, expect, it } from "vitest";
import { databricks, shopify, snowflake, square, zendesk, zoho } from "../../src/index.js";
import { registration } from "./registration.js";

describe.each([
  ["databricks", (host: string) => databricks({ ...registration, host })],
  ["shopify", (shop: string) => shopify({ ...registration, shop })],
  ["snowflake", (account: string) => snowflake({ ...registration, account })],
  ["zendesk", (subdomain: string) => zendesk({ ...registration, subdomain })],
  ["zoho", (domain: string) => zoho({ ...registration, domain })],
])("the host of %s", (_name, create) => {
  it.each(["", "a/b", "evil.example/", "evil.example#", "evil.example?", "me@evil", "a b", "a:1"])(
    "EV-02 RT-08 is refused as %j, for tokens would go elsewhere",
    (value) => {
      expect(() => create(value)).toThrow(ConfigurationError);
    },
  );
});

describe("databricks", () => {
  it("RT-08 takes hosts of Databricks alone", () => {
    const at = (host: string) => databricks({ ...registration, host });
    expect(at("adb-1.2.azuredatabricks.net").apiOrigins).toEqual([
      "https://adb-1.2.azuredatabricks.net",
    ]);
    expect(() => at("cloud.databricks.com.evil.example")).toThrow(ConfigurationError);
    expect(() => at("evilazuredatabricks.net")).toThrow(ConfigurationError);
  });
});

describe("square", () => {
  it("has a secret or PKCE, not both", () => {
    const { clientSecret, ...publicClient } = registration;
    expect(square(registration).usePkce).toBe(false);
    expect(square(publicClient)).toMatchObject({ usePkce: true, clientAuthentication: "none" });
  });
});

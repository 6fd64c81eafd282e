import { describe, expect, it } from "vitest";
import { auth0, cognito, gitlab, keycloak, okta, salesforce } from "../src/index.js";
import { registration } from "./presets/registration.js";

describe("providers that are another one for each customer", () => {
  it("EV-02 names what is missing, and what it looks like", () => {
    const nowhere = registration as Parameters<typeof auth0>[0];
    expect(() => auth0(nowhere)).toThrow(
      'OAuth2 configuration for "auth0": domain is undefined and must be the domain on the application\'s page, or a custom domain, such as "acme.eu.auth0.com".',
    );
    expect(() =>
      cognito({ ...registration, domain: "login.acme.example", userPoolId: "" }),
    ).toThrow('region is "" and must be the user pool\'s region');
  });

  it.each(["", "..", "evil.example/", "evil.example#", "a@evil.example", "evil.example?x", "a b"])(
    "EV-02 refuses the host %j, which would change the address",
    (host) => {
      expect(() => gitlab({ ...registration, host })).toThrow("host is");
      expect(() => salesforce({ ...registration, host })).toThrow("host is");
      expect(() => keycloak({ ...registration, host, realm: "acme" })).toThrow("host is");
      expect(() => okta({ ...registration, domain: host })).toThrow("domain is");
    },
  );

  it.each(["", "..", "a/b", "a?b"])("EV-02 refuses the realm %j", (realm) => {
    expect(() => keycloak({ ...registration, host: "login.acme.example", realm })).toThrow(
      "realm is",
    );
  });

  it("sends tokens to the customer's own host", () => {
    expect(gitlab({ ...registration, host: "git.acme.example:8443" }).apiOrigins).toEqual([
      "https://git.acme.example:8443",
    ]);
    expect(salesforce(registration).apiOrigins).toEqual(["https://login.salesforce.com"]);
  });

  it("knows the issuer of an Okta org's own server, and the region in a user pool's id", () => {
    const org = okta({ ...registration, domain: "acme.okta.com", authorizationServer: "org" });
    expect(org.issuer).toBe("https://acme.okta.com");
    expect(org.tokenUrl).toBe("https://acme.okta.com/oauth2/v1/token");
    const pool = { domain: "login.acme.example", userPoolId: "eu-central-1_AbCdEfGhI" };
    expect(cognito({ ...registration, ...pool }).issuer).toBe(
      "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI",
    );
  });
});

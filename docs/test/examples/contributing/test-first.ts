import type { OAuth2ConfigInput } from "@rak-oauth/core";
import { expect, it } from "vitest";

declare function faultsWith(changes: Partial<OAuth2ConfigInput>): string;

// shown from here

it("EV-02 tells of a client id that was copied with a space", () => {
  expect(faultsWith({ clientId: "client-1 " })).toContain("clientId begins or ends with a space");
});

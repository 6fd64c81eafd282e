import { readStorage, type SettingFault } from "@rak-oauth/environment";
import { describe, expect, it } from "vitest";

function read(environment: Readonly<Record<string, string>>) {
  const faults: SettingFault[] = [];
  return { storage: readStorage({ environment, defaultFolder: "/default", faults }), faults };
}

describe("where credentials are kept", () => {
  it("is a folder, unless an address says otherwise", () => {
    expect(read({})).toEqual({ storage: { kind: "embedded", folder: "/default" }, faults: [] });
    expect(read({ RAK_OAUTH_DATA_FOLDER: "/mine" }).storage).toEqual({
      kind: "embedded",
      folder: "/mine",
    });
    const connectionString = "postgresql://user:password@host/database";
    expect(read({ DATABASE_URL: connectionString }).storage).toEqual({
      kind: "postgres",
      connectionString,
    });
  });

  it("EV-01 tells what is wrong with an address without showing it", () => {
    const { faults } = read({ DATABASE_URL: "mysql://canary@host", REDIS_URL: "canary" });
    expect(faults.map(({ name }) => name)).toEqual(["DATABASE_URL", "REDIS_URL", "DATABASE_URL"]);
    expect(JSON.stringify(faults)).not.toContain("canary");
  });
});

import { expect, it } from "vitest";
import * as testKit from "../src/index.js";
import { assertReadmeExample } from "../src/readme-example.js";

it("exports what the README lists", () => {
  expect(Object.keys(testKit).sort()).toEqual([
    "conformanceSubject",
    "findChromium",
    "findFreePort",
    "launchChromium",
    "misbehaviours",
    "signIn",
    "startAuthorizationServer",
    "startConformanceServer",
    "startHostileServer",
    "startHttpServer",
    "startPostgres",
    "startRedis",
    "startRedisCluster",
    "startTcpProxy",
  ]);
});

it("shows its compiled example in the README", () => assertReadmeExample(import.meta.url));

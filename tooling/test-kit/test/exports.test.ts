import { expect, it } from "vitest";
import * as testKit from "../src/index.js";

it("exports what the README lists", () => {
  expect(Object.keys(testKit).sort()).toEqual([
    "compileProgram",
    "conformanceSubject",
    "findChromium",
    "findCurl",
    "findFreePort",
    "launchChromium",
    "misbehaviours",
    "readEvents",
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

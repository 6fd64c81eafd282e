import { createRequire } from "node:module";
import { describeAgentExample } from "@rak-oauth/test-kit/agent-example";

describeAgentExample(import.meta.url, { node: findNode22() });

/** The Node.js that runs the test, where it is new enough, else the one of the dependencies. */
function findNode22(): string {
  const { execPath, platform, arch, versions } = process;
  if (Number.parseInt(versions.node, 10) >= 22) return execPath;
  try {
    return createRequire(import.meta.url).resolve(`node-${platform}-${arch}/bin/node`);
  } catch {
    // Not to be had for this machine: the example itself needs nothing newer.
    return execPath;
  }
}

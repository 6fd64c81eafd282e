import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);

/** Parameters for Node that run a TypeScript program, also on a Node that cannot by itself. */
export function runTypeScript(program: URL, ...parameters: readonly string[]): string[] {
  const loader = pathToFileURL(require.resolve("tsx")).href;
  return ["--import", loader, fileURLToPath(program), ...parameters];
}

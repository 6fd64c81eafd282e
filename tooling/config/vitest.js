const resolve = {
  conditions: ["@rak-oauth/source", "module", "node", "development|production"],
};

/**
 * Vitest settings every package extends. Plain JavaScript so that Node 20 can load it unbuilt.
 * The conditions are Vite's server defaults with ours in front: sibling packages resolve to source.
 *
 * @type {import("vitest/config").UserWorkspaceConfig}
 */
export const shared = {
  ssr: { resolve },
  // Where Vitest runs a globalSetup.
  environments: { __vitest__: { resolve } },
  test: {
    include: ["test/**/*.test.ts"],
    restoreMocks: true,
    unstubEnvs: true,
    // Generous, for they only bound what hangs: a first run may install a server, on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 20_000 } },
  },
};

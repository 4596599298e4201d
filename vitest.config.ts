import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    // One copy of graphql: without the alias vitest loads the ESM and the CommonJS build side by side.
    alias: [
      {
        find: /^graphql$/,
        replacement: fileURLToPath(new URL("node_modules/graphql/index.js", import.meta.url)),
      },
      {
        find: /^fast-check$/,
        replacement: fileURLToPath(new URL("test/support/fast-check.ts", import.meta.url)),
      },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Far more than anything here takes alone: what is slow because a machine is busy has not failed. What hangs still ends.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Its own is one second.
    expect: { poll: { timeout: 30_000 } },
    // Most of the time is spent waiting for servers, so two files at a time serve a small machine best.
    maxWorkers: 2,
  },
});

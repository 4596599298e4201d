import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { engineOptions } from "../scripts/engine.ts";

test("Node takes what it is started with from its command line and from NODE_OPTIONS alike", () => {
  const { NODE_OPTIONS: _, ...env } = process.env;

  const byLine = spawnSync(process.execPath, [...engineOptions, "--eval", ""], { encoding: "utf8", env });
  const byEnvironment = spawnSync(process.execPath, ["--eval", ""], {
    encoding: "utf8",
    env: { ...env, NODE_OPTIONS: engineOptions.join(" ") },
  });

  expect(engineOptions).toHaveLength(2);
  for (const { status, stderr } of [byLine, byEnvironment]) expect([status, stderr]).toEqual([0, ""]);
});

test("the engine knows all that it is told", () => {
  const program = `import { tuneEngine } from "./src/engine.ts"; tuneEngine();`;

  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    { encoding: "utf8" },
  );

  expect(stderr).toBe("");
  expect(status).toBe(0);
});

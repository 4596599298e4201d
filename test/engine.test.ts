import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

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

/** What LOG_LEVEL may say. */
import { expect, test } from "vitest";
import { readLogLevel } from "../../src/cli/log-level.ts";

test.each([
  ["a level", { LOG_LEVEL: "error" }, "error"],
  ["one in capitals", { LOG_LEVEL: "DEBUG" }, "debug"],
  ["nothing, as compose files pass on what is not set", { LOG_LEVEL: "" }, "info"],
  ["left out", {}, "info"],
])("%s", (_, env, level) => {
  expect(readLogLevel(env, "info")).toBe(level);
});

/**
 * Writes so many lines of so many letters to the log of a level on standard output, five milliseconds apart or all at once,
 * and says on standard error that it goes on; "all at once" then ends the process.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "../../src/telemetry/log.ts";

const [count, letters, level = "info", pace] = process.argv.slice(2);
const log = createLog(level);
for (let index = 0; index < Number(count); index++) {
  log.error({ index, text: "x".repeat(Number(letters)) }, "line");
  if (pace !== "all at once") await sleep(5);
}
process.stderr.write("goes on");
if (pace === "all at once") process.exit(7);

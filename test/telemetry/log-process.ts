/** Writes so many lines of so many letters to the log on standard output, then says on standard error that it goes on. */
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "../../src/telemetry/log.ts";

const [count, letters] = process.argv.slice(2).map(Number);
const log = createLog("info");
for (let index = 0; index < (count ?? 0); index++) {
  log.info({ index, text: "x".repeat(letters ?? 0) }, "line");
  await sleep(5);
}
process.stderr.write("goes on");

/** Workers where processes cannot be started for a while. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it.each([
  ["dies", "tells", "late"],
  ["dies", "throws", "late"],
  ["is still to come", "tells", "early"],
  ["is still to come", "throws", "early"],
])(
  "a worker that %s while the system starts no process is started once it does, and all can be stopped (Node %s)",
  async (_, how, when) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--import",
      "tsx",
      "test/replicas/crew-process.ts",
      how,
      when,
    ]);

    expect(JSON.parse(stdout)).toMatchObject({ isReplaced: true, isStopped: true });
  },
);

/** Workers where processes cannot be started for a while. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it.each(["tells", "throws"])(
  "a worker that dies while the system starts no process is replaced once it does, and all can be stopped (Node %s)",
  async (how) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--import",
      "tsx",
      "test/replicas/crew-process.ts",
      how,
    ]);

    expect(JSON.parse(stdout)).toMatchObject({ isReplaced: true, isStopped: true });
  },
);

/** Promises that failed without anybody hearing of it: gathered instead of ending the test run. */
import { afterEach, beforeEach } from "vitest";

/** The reasons of those in the test under way; call it at the top of a test file. */
export function gatherUnheard(): readonly unknown[] {
  const unheard: unknown[] = [];
  let listeners: NodeJS.UnhandledRejectionListener[] = [];
  beforeEach(() => {
    listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason) => void unheard.push(reason));
  });
  afterEach(() => {
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
    unheard.length = 0;
  });
  return unheard;
}

/** Mistakes that people make at the command line, and how any failure ends a command: one sentence, one exit code. */

/** All is well; what was asked for failed; the command was not understood. */
export const exitCodes = { success: 0, failure: 1, usage: 2 } as const;

/** A command that was not understood; the message says what would be. */
export class UsageMistake extends Error {
  override readonly name = "UsageMistake";
}

/** Says what was thrown; the exit code that goes with it. */
export function sayFailure(thrown: unknown, say: (text: string) => void): number {
  say(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  return thrown instanceof UsageMistake ? exitCodes.usage : exitCodes.failure;
}

/** Ends this process with a failure's exit code, soon, also when what was opened before the failure would keep it alive. */
export function endWith(code: number): void {
  process.exitCode = code;
  if (code !== exitCodes.success) setTimeout(() => process.exit(), 1_000).unref();
}

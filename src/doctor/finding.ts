/** What the doctor finds: one sentence for each thing looked at, and what to do where it is not well. */

/** WARNING: works, but not as one would want it. SKIPPED: could not be looked at, for a reason that is told elsewhere. */
export type FindingStatus = "OK" | "WARNING" | "FAILURE" | "SKIPPED";

export interface Finding {
  readonly status: FindingStatus;
  /** What was looked at, such as "source freight". */
  readonly subject: string;
  /** What was found, in a sentence without a secret in it. */
  readonly says: string;
  /** What to do; null when nothing is. */
  readonly remedy: string | null;
}

/** All is well. */
export function ok(subject: string, says: string): Finding {
  return { status: "OK", subject, says, remedy: null };
}

/** Something that should be put right some time. */
export function warning(subject: string, says: string, remedy: string): Finding {
  return { status: "WARNING", subject, says, remedy };
}

/** Something that does not work. */
export function failure(subject: string, says: string, remedy: string): Finding {
  return { status: "FAILURE", subject, says, remedy };
}

/** Something that could not be looked at. */
export function skipped(subject: string, says: string): Finding {
  return { status: "SKIPPED", subject, says, remedy: null };
}

/** Whether anything does not work. */
export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ status }) => status === "FAILURE");
}

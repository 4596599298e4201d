/** Every failure that has a name: its code, whose fault it is, whether asking again can help, and its sentence. The codes are in error-codes.ts. */
import type { Instant } from "./instant.ts";
import { errorCodes, type Fault } from "./error-codes.ts";

export { errorCodes };

/** A code of the table. */
export type ErrorCode = keyof typeof errorCodes;

/** What may be said beside the code. */
export interface FailureDetails {
  /** One sentence that is safe for the client: who, what, how long. Never upstream text. */
  readonly message?: string | undefined;
  /** The configured name of the source. */
  readonly source?: string | undefined;
  /** Overrides the table, for example for a limit that will pass. */
  readonly retryable?: boolean | undefined;
  readonly retryAt?: Instant | undefined;
  /** The source's own code, such as CUSTOMER_1002: a token, never free text. */
  readonly upstreamCode?: string | undefined;
  /** For operators' logs only: may hold upstream text. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** A failure with a name. Its message and code may reach a client; detail and cause never do. */
export class Failure extends Error {
  readonly code: ErrorCode;
  readonly source: string | null;
  readonly retryable: boolean;
  readonly retryAt: Instant | null;
  readonly upstreamCode: string | null;
  readonly detail: string | null;

  constructor(code: ErrorCode, details: FailureDetails = {}) {
    super(
      details.message ?? errorCodes[code].meaning,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = "Failure";
    this.code = code;
    this.source = details.source ?? null;
    this.retryable = details.retryable ?? errorCodes[code].retryable;
    this.retryAt = details.retryAt ?? null;
    this.upstreamCode = details.upstreamCode ?? null;
    this.detail = details.detail ?? null;
  }

  /** Whose fault it is. */
  get fault(): Fault {
    return errorCodes[this.code].fault;
  }
}

/** Any thrown thing as a Failure: a surprise becomes INTERNAL with the original as its cause. */
export function toFailure(thrown: unknown, source?: string): Failure {
  return thrown instanceof Failure ? thrown : new Failure("INTERNAL", { source, cause: thrown });
}

/** floLIVE's refusals: its own error codes first, the HTTP status where they say nothing, as Failures. */
import type { UpstreamHead } from "../../http/connection.ts";
import { retryAtOf, statusFailure } from "../../http/failures.ts";
import { type ErrorCode, Failure } from "../../model/errors.ts";

/** A refusal as floLIVE words it: `errorCode`, and `errorMessage` for operators. */
export interface Nak {
  readonly code: string;
  readonly message: string | null;
}

const safeCode = /^[A-Z0-9][A-Z0-9_-]{0,39}$/;

const byCode: Readonly<Record<string, ErrorCode>> = {
  GLOBAL_1001: "SOURCE_UNAVAILABLE",
  CUSTOMER_1002: "ACCOUNT_NOT_FOUND",
  // "Failed to retrieve customer details": what a grandchild gives, since only own and direct sub-customers are eligible.
  CUSTOMER_1006: "ACCOUNT_NOT_PERMITTED",
  CUSTOMER_1040: "INVOICE_NOT_FOUND",
};

// The HTTP status of a refusal is not documented: these say more than a code that nobody lists.
const tellingStatuses: ReadonlySet<number> = new Set([401, 429, 503]);

/** What a refusal means; `upstreamCode` is its code when that is a plain token, and its message is for operators only. */
export function nakFailure(nak: Nak, head: UpstreamHead, source: string): Failure {
  const token = nak.code.trim().toUpperCase();
  const code = byCode[token] ?? familyOf(token) ?? statusCode(head, source) ?? "SOURCE_ERROR";
  return new Failure(code, {
    source,
    message: sentence(code, source),
    upstreamCode: safeCode.test(token) ? token : undefined,
    retryAt: retryAtOf(head),
    detail: `HTTP ${head.status}, ${nak.code}: ${nak.message ?? "no message"}`,
  });
}

function familyOf(token: string): ErrorCode | null {
  return token.startsWith("AUTH_") ? "SOURCE_UNAUTHORIZED" : null;
}

function statusCode(head: UpstreamHead, source: string): ErrorCode | null {
  return tellingStatuses.has(head.status) ? (statusFailure(head, source)?.code ?? null) : null;
}

function sentence(code: ErrorCode, source: string): string | undefined {
  switch (code) {
    case "SOURCE_UNAVAILABLE":
      return `${source} is out of service for the moment.`;
    case "SOURCE_UNAUTHORIZED":
      return `${source} refuses the configured credentials.`;
    case "SOURCE_RATE_LIMITED":
      return `${source} has been asked too often.`;
    case "SOURCE_ERROR":
      return `${source} reports a failure of its own kind.`;
    default:
      return undefined;
  }
}

/** An answer that is not what the documents promise; `what` completes "floLIVE answered with …". */
export function badResponse(source: string, what: string, cause?: unknown): Failure {
  return new Failure("SOURCE_BAD_RESPONSE", { source, message: `${source} answered with ${what}.`, cause });
}

/** A success without a file. */
export function noFile(source: string): Failure {
  return new Failure("FILE_UNAVAILABLE", { source, message: `${source} has no file for the invoice.` });
}

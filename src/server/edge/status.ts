/** The HTTP status of a request that failed as a whole; what fails within an answer is told in the answer, with 200. */
import type { ExecutionResult } from "graphql";
import { type ErrorCode, type Failure, errorCodes } from "../../model/errors.ts";

const statuses: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  ORIGIN_REFUSED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  IDENTITY_UNAVAILABLE: 503,
  DIRECTORY_UNAVAILABLE: 503,
  OVERLOADED: 503,
};

const comeBack: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "RATE_LIMITED",
  "IDENTITY_UNAVAILABLE",
  "DIRECTORY_UNAVAILABLE",
  "OVERLOADED",
]);

/** The status that goes with a code: 400 for what else the caller did wrong, 500 for the rest and for unknown codes. */
export function statusOf(code: string): number {
  if (!isErrorCode(code)) return 500;
  return statuses[code] ?? (errorCodes[code].fault === "caller" ? 400 : 500);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

/** Headers that go with a failure: how to prove oneself, when to come back, which methods there are. */
export function headersOf({
  code,
  retryAt,
}: Pick<Failure, "code" | "retryAt">): Readonly<Record<string, string>> {
  if (code === "UNAUTHENTICATED") return { "www-authenticate": 'Bearer realm="InvoiceGraph"' };
  if (code === "METHOD_NOT_ALLOWED") return { allow: "GET, POST" };
  if (!comeBack.has(code)) return {};
  const seconds = retryAt === null ? 1 : Math.ceil((Date.parse(retryAt) - Date.now()) / 1_000);
  return { "retry-after": String(Math.max(1, seconds)) };
}

/**
 * A result with the status that its failure calls for. Under `application/json`, text that is not GraphQL or does not
 * fit the schema is answered with 200, as the specification of GraphQL over HTTP wants it for older clients.
 */
export function withStatus(result: ExecutionResult): ExecutionResult {
  const [first] = result.errors ?? [];
  if (first === undefined || result.data !== undefined) return result;
  const { code, retryAt = null } = first.extensions as { code: ErrorCode; retryAt?: string };
  const status = statusOf(code);
  if (code !== "GRAPHQL_PARSE_FAILED" && code !== "GRAPHQL_VALIDATION_FAILED")
    return {
      ...result,
      extensions: { ...result.extensions, http: { status, headers: headersOf({ code, retryAt }) } },
    };
  for (const error of result.errors ?? []) error.extensions["http"] = { status, spec: true };
  return result;
}

/** What went wrong on the way, as a Failure with a name: transport errors and HTTP statuses. */
import { errors } from "undici";
import { type ErrorCode, Failure } from "../model/errors.ts";
import type { UpstreamHead } from "./connection.ts";
import type { Deadline } from "./deadline.ts";

const byNodeCode: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: "SOURCE_UNREACHABLE",
  ENOTFOUND: "SOURCE_UNREACHABLE",
  EAI_AGAIN: "SOURCE_UNREACHABLE",
  EHOSTUNREACH: "SOURCE_UNREACHABLE",
  ENETUNREACH: "SOURCE_UNREACHABLE",
  ETIMEDOUT: "SOURCE_UNREACHABLE",
  UND_ERR_CONNECT_TIMEOUT: "SOURCE_UNREACHABLE",
  ECONNRESET: "SOURCE_DISCONNECTED",
  EPIPE: "SOURCE_DISCONNECTED",
  UND_ERR_SOCKET: "SOURCE_DISCONNECTED",
  UND_ERR_CLOSED: "SOURCE_DISCONNECTED",
  UND_ERR_DESTROYED: "SOURCE_DISCONNECTED",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "SOURCE_DISCONNECTED",
  UND_ERR_HEADERS_OVERFLOW: "SOURCE_BAD_RESPONSE",
  Z_DATA_ERROR: "SOURCE_BAD_RESPONSE",
  Z_BUF_ERROR: "SOURCE_DISCONNECTED",
};

// Of the parsers of HTTP and of Brotli, which have many.
const badCode = /^(?:HPE_|ERR__ERROR_FORMAT_)/;

const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  SOURCE_UNREACHABLE: "could not be reached",
  SOURCE_DISCONNECTED: "closed the connection before its answer was complete",
  SOURCE_BAD_RESPONSE: "answered with something that is not HTTP as documented",
};

/** Anything thrown during an exchange as a Failure that names the source. */
export function transportFailure(thrown: unknown, source: string, deadline: Deadline): Failure {
  const why = deadline.reason;
  if (why === "cancelled") return new Failure("CANCELLED", { source, cause: thrown });
  if (why === "timeout" || why === "deadline") {
    const seconds = (deadline.allowedMs / 1000).toFixed(1).replace(/\.0$/, "");
    return new Failure("SOURCE_TIMEOUT", {
      source,
      message: `${source} did not answer within ${seconds} s.`,
      cause: thrown,
    });
  }
  if (thrown instanceof Failure) return thrown;
  const nodeCode = codeOf(thrown);
  const code =
    byNodeCode[nodeCode] ??
    (thrown instanceof errors.HTTPParserError || badCode.test(nodeCode) ? "SOURCE_BAD_RESPONSE" : null);
  if (code === null) return new Failure("INTERNAL", { source, cause: thrown });
  return new Failure(code, {
    source,
    message: `${source} ${sentences[code] ?? "failed"}.`,
    detail: nodeCode,
    cause: thrown,
  });
}

/** The Failure that an HTTP status means by itself, or null for 2xx. Sources look at their own envelope first. */
export function statusFailure(head: UpstreamHead, source: string, detail?: string): Failure | null {
  const { status } = head;
  if (status >= 200 && status < 300) return null;
  const said = { source, detail: detail ?? `HTTP ${status}` };
  if (status >= 300 && status < 400) {
    return new Failure("SOURCE_BAD_RESPONSE", {
      ...said,
      message: `${source} answered with a redirect, which is never followed.`,
    });
  }
  if (status === 401 || status === 403)
    return new Failure("SOURCE_UNAUTHORIZED", {
      ...said,
      message: `${source} refuses the configured credentials.`,
    });
  if (status === 404 || status === 410) return new Failure("ACCOUNT_NOT_FOUND", said);
  if (status === 429) {
    return new Failure("SOURCE_RATE_LIMITED", {
      ...said,
      message: `${source} has been asked too often.`,
      retryAt: retryAtOf(head),
    });
  }
  if (status === 408)
    return new Failure("SOURCE_TIMEOUT", { ...said, message: `${source} gave up waiting.` });
  if (status >= 500) {
    return new Failure("SOURCE_UNAVAILABLE", {
      ...said,
      message: `${source} is out of service for the moment.`,
      retryAt: retryAtOf(head),
    });
  }
  return new Failure("SOURCE_REJECTED", { ...said, message: `${source} refuses the request as malformed.` });
}

/** Retry-After (seconds or an HTTP date) as an instant; undefined when it is missing or unreadable. */
export function retryAtOf(head: UpstreamHead, now: number = Date.now()): string | undefined {
  const text = head.headers["retry-after"]?.trim();
  if (text === undefined || text === "") return undefined;
  const at = /^\d{1,9}(?:\.\d*)?$/.test(text) ? now + Number(text) * 1000 : dateOf(text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

// Date.parse makes a date of nearly anything ("-5" is a day of May 2001), and reads what names no zone in that of this machine.
function dateOf(text: string): number {
  const isIso = /^\d{4}-\d\d-\d\dT/.test(text);
  if (!isIso && !/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return Number.NaN;
  return Date.parse(
    /(?:GMT|UTC|Z|[+-]\d\d:?\d\d)$/.test(text.slice(10)) ? text : `${text}${isIso ? "Z" : " GMT"}`,
  );
}

function codeOf(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return "";
}

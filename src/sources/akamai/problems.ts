/** What an answer of Akamai means when it is no success: both shapes of problem+json, rate limits, and clocks that differ. */
import { retryAtOf, statusFailure } from "../../http/failures.ts";
import type { UpstreamHead, UpstreamReply } from "../../http/connection.ts";
import { toInstant } from "../../model/instant.ts";
import { type ErrorCode, Failure, type FailureDetails } from "../../model/errors.ts";
import { isObject, manyOf, textOf } from "./wire.ts";

/** What was asked for: it decides what a 403 or a 404 means. */
export type Subject = "account" | "contract" | "invoice" | "file";

/** The API's shape has no status; the gateway's has one, and IPs that are never read. */
interface Problem {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly incidentId?: unknown;
  readonly errors?: unknown;
  readonly status?: unknown;
  readonly detail?: unknown;
  readonly requestId?: unknown;
}

const notFound: Readonly<Record<Subject, ErrorCode>> = {
  account: "SOURCE_REJECTED",
  contract: "ACCOUNT_NOT_FOUND",
  invoice: "INVOICE_NOT_FOUND",
  file: "FILE_UNAVAILABLE",
};

// The gateway takes a timestamp within 30 seconds of its own clock.
const allowedSkewMs = 30_000;
// 500 requests a minute an account: without a word from Akamai, the minute is waited for.
const rateWindowMs = 60_000;

/** The Failure that a head, and the body where it was read, stand for; null for 2xx. */
export function failureOf(
  reply: UpstreamHead & Partial<UpstreamReply>,
  source: string,
  subject: Subject,
  now: number,
): Failure | null {
  const { status } = reply;
  if (status >= 200 && status < 300) return null;
  const problem = readProblem(reply);
  const said = { source, upstreamCode: codeOf(problem), detail: detailOf(status, problem) };
  const isGateway = textOf(problem.type)?.includes("/pep-") === true;
  if (isClockProblem(reply, problem, now)) {
    const message = `${source} refuses the signature's timestamp: the clock of this machine or the configured credentials are wrong.`;
    return new Failure("SOURCE_UNAUTHORIZED", { ...said, message });
  }
  if (status === 401 || (isGateway && (status === 400 || status === 403))) {
    const message = `${source} refuses the signature: the configured credentials or the clock of this machine are wrong.`;
    return new Failure("SOURCE_UNAUTHORIZED", { ...said, message });
  }
  // Only the API itself, behind the gateway, knows contracts.
  if (status === 403 && subject !== "account" && textOf(problem.incidentId) !== null) {
    return new Failure("ACCOUNT_NOT_PERMITTED", said);
  }
  if (status === 404 || status === 410) return new Failure(notFound[subject], said);
  if (status === 406) return new Failure("FORMAT_UNAVAILABLE", said);
  if (status === 429) {
    const message = `${source} has been asked too often.`;
    return new Failure("SOURCE_RATE_LIMITED", { ...said, message, retryAt: rateRetryAt(reply, now) });
  }
  return withMore(statusFailure(reply, source), said);
}

/** Throws unless the head is that of a file: 200, and neither a page nor an error message in its place. */
export function checkFile(
  { status, headers }: UpstreamHead,
  source: string,
  contentType: string,
  now: number,
): void {
  const failure = failureOf({ status, headers }, source, "file", now);
  if (failure !== null) throw failure;
  if (status === 204) throw new Failure("FILE_UNAVAILABLE", { source });
  const given = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const isPage = /html/.test(given);
  const isMessage = /json/.test(given) && given !== contentType;
  if (status === 200 && !isPage && !isMessage) return;
  const what = isPage ? "a page of HTML" : isMessage ? "a message in JSON" : "a part of an answer";
  throw new Failure("SOURCE_BAD_RESPONSE", {
    source,
    message: `${source} answered with ${what} where a file was due.`,
  });
}

/** What is left of the 500 requests a minute; null when the answer does not say. */
export function quotaOf({ headers }: UpstreamHead): { remaining: number; renewsAt: number | null } | null {
  const told = headers["x-ratelimit-remaining"]?.trim() ?? "";
  if (!/^\d{1,9}$/.test(told)) return null;
  const next = Date.parse(headers["x-ratelimit-next"] ?? "");
  return { remaining: Number(told), renewsAt: Number.isNaN(next) ? null : next };
}

function readProblem({ headers, body }: UpstreamHead & Partial<UpstreamReply>): Problem {
  if (body === undefined || !/json/i.test(headers["content-type"] ?? "json")) return {};
  try {
    const json: unknown = JSON.parse(body.toString("utf8"));
    return isObject(json) ? json : {};
  } catch {
    return {};
  }
}

/** "billing/error-types/11" or "pep-authn/deny". */
function codeOf({ type }: Problem): string | undefined {
  const path = textOf(type)
    ?.replace(/^https?:\/\/[^/]*\//, "")
    .replace(/^\/?(?:-\/)?/, "");
  return path !== undefined && /^[\w/-]{1,80}$/.test(path) ? path : undefined;
}

function detailOf(status: number, problem: Problem): string {
  const { title, detail, errors, incidentId, requestId } = problem;
  const titles = manyOf<Problem>(errors).map((error) => textOf(error.title));
  const said = [textOf(title), textOf(detail), ...titles, textOf(incidentId) ?? textOf(requestId)];
  return [`HTTP ${status}`, ...said.filter((text) => text !== null)].join(", ").slice(0, 500);
}

// A file's answer is judged by its head alone, where the Date is the only witness.
function isClockProblem(
  { status, headers, body }: UpstreamHead & Partial<UpstreamReply>,
  { detail }: Problem,
  now: number,
): boolean {
  if (status !== 400 && status !== 401) return false;
  if (body !== undefined) return /timestamp/i.test(textOf(detail) ?? "");
  return Math.abs(Date.parse(headers["date"] ?? "") - now) > allowedSkewMs;
}

// X-RateLimit-Next is what Akamai's other APIs call the moment from which they answer again.
function rateRetryAt(head: UpstreamHead, now: number): string {
  const next = toInstant(head.headers["x-ratelimit-next"] ?? "");
  return retryAtOf(head, now) ?? next ?? new Date(now + rateWindowMs).toISOString();
}

function withMore(failure: Failure | null, said: FailureDetails): Failure | null {
  if (failure === null) return null;
  const { code, message, retryable, retryAt } = failure;
  return new Failure(code, { ...said, message, retryable, retryAt: retryAt ?? undefined });
}

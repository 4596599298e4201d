/** Is a reply of V6 a success? Its error texts are free, and often not valid JSON: the HTTP status decides. */
import type { UpstreamHead, UpstreamReply } from "../../http/connection.ts";
import { statusFailure } from "../../http/failures.ts";
import { readJson, withoutTrailingCommas } from "../../http/json.ts";
import { Failure } from "../../model/errors.ts";
import { isObject, readText } from "./wire.ts";

const maxErrorBytes = 65_536;
const maxDetail = 2_000;

/** The records of a list, not looked at yet; 204 is an empty list. Throws the Failure that the reply means. */
export function readRecords(reply: UpstreamReply, source: string): readonly unknown[] {
  throwIfRefused(reply, source);
  if (reply.status === 204) return [];
  if (startOf(reply.body) === "{") throwIfErrorBody(reply, source);
  const parsed = readJson(reply.body, source, withoutTrailingCommas);
  if (Array.isArray(parsed)) return parsed;
  throw new Failure("SOURCE_BAD_RESPONSE", {
    source,
    message: `${source} answered with JSON that is not a list of invoices.`,
  });
}

/** The ping's body is documented nowhere: any will do that is neither an error nor a web page. */
export function checkPing(reply: UpstreamReply, source: string): void {
  throwIfRefused(reply, source);
  const start = startOf(reply.body);
  if (start === "{") throwIfErrorBody(reply, source);
  if (start === "<") {
    throw new Failure("SOURCE_BAD_RESPONSE", {
      source,
      message: `${source} answered with a page of HTML or XML to a ping.`,
    });
  }
}

function throwIfRefused({ status, headers, body }: UpstreamReply, source: string): void {
  if (status < 200 || status >= 300) throwFor({ status, headers }, source, textOf(body));
}

/** An error object that came with HTTP 200 is the failure that its own httpStatusCode names. */
function throwIfErrorBody({ headers, body }: UpstreamReply, source: string): void {
  const text = textOf(body);
  const told = /"httpStatusCode"\s*:\s*"?(\d{3})\b/.exec(text)?.[1];
  if (told !== undefined) throwFor({ headers, status: Number(told) }, source, text);
}

function throwFor(head: UpstreamHead, source: string, text: string): void {
  const detail = detailOf(head.status, text);
  if (head.status === 404 || head.status === 410) {
    // The path names no account and no invoice: only the configured URL can be wrong.
    const message = `${source} has no V6 API at the configured URL.`;
    throw new Failure("SOURCE_REJECTED", { source, detail, message });
  }
  const failure = statusFailure(head, source, detail);
  if (failure !== null) throw failure;
}

/** For operators: the status, with msg and violations when the body can be parsed, otherwise with the body itself. */
function detailOf(status: number, text: string): string {
  return `HTTP ${status}: ${saidIn(text) ?? text.trim()}`.slice(0, maxDetail);
}

function saidIn(text: string): string | null {
  try {
    const parsed: unknown = JSON.parse(withoutTrailingCommas(text));
    if (!isObject(parsed)) return null;
    const { msg, violations } = parsed as { msg?: unknown; violations?: unknown };
    const said = [readText(msg), violations === undefined ? null : JSON.stringify(violations)];
    return said.filter((part) => part !== null).join(" ") || null;
  } catch {
    // `401,,` and a missing quote are in the document's own examples: the text as it stands says enough.
    return null;
  }
}

function startOf(body: Buffer): string {
  return body
    .toString("utf8", 0, 64)
    .replace(/^\uFEFF/, "")
    .trimStart()
    .charAt(0);
}

function textOf(body: Buffer): string {
  return body.toString("utf8", 0, maxErrorBytes);
}

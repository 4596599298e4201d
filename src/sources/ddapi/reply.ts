/** DDAPI's replies: what a status and a body mean, in JSON or XML by Content-Type. */
import type { UpstreamReply } from "../../http/connection.ts";
import { statusFailure } from "../../http/failures.ts";
import { readJson } from "../../http/json.ts";
import { Failure } from "../../model/errors.ts";
import { readXml } from "./xml.ts";

/** Who answered, and what must not appear in any log. */
export interface Replier {
  readonly source: string;
  readonly secretTexts: readonly string[];
}

const maxExcerpt = 500;

/**
 * What one asked-for thing is: its parsed body, or null when there is none (404, 204, an empty body, `null` or `i:nil`).
 * A 404 that says that no route leads there is a wrong base URL, not a missing thing.
 */
export function readOne(reply: UpstreamReply, replier: Replier): unknown {
  if (reply.status === 404 && !textOf(reply).includes("No HTTP resource was found")) return null;
  return readBody(reply, replier);
}

/** The parsed body of a success; null when it is empty. Every other status is a Failure. */
export function readBody(reply: UpstreamReply, replier: Replier): unknown {
  const { source } = replier;
  if (reply.status === 404 || reply.status === 410) {
    throw new Failure("SOURCE_REJECTED", {
      source,
      message: `${source} has no such endpoint: is its base URL right?`,
      detail: excerpt(reply, replier),
    });
  }
  const failure = statusFailure(reply, source, excerpt(reply, replier));
  if (failure !== null) throw failure;
  const text = textOf(reply);
  if (reply.status === 204 || text.trim() === "") return null;
  // HTML comes from login pages and proxies, never from the API.
  if (mediaType(reply) === "text/html") throw badResponse(replier, "a page of HTML");
  if (!isXml(reply, text)) return readJson(text, source);
  try {
    return readXml(text);
  } catch (cause) {
    throw badResponse(replier, "XML that cannot be read", cause);
  }
}

/** Is it an answer in XML? */
export function isXml(reply: UpstreamReply, text = textOf(reply)): boolean {
  const type = mediaType(reply);
  return type.includes("xml") || (!type.includes("json") && /^\s*</.test(text));
}

/** A SOURCE_BAD_RESPONSE that says what came in place of the documented answer. */
export function badResponse({ source }: Replier, what: string, cause?: unknown): Failure {
  return new Failure("SOURCE_BAD_RESPONSE", { source, message: `${source} answered with ${what}.`, cause });
}

// The body's beginning, for operators only: it may hold stack traces and echo our own headers.
function excerpt(reply: UpstreamReply, { secretTexts }: Replier): string {
  if (reply.status < 300) return "";
  let text = textOf(reply).slice(0, 8 * maxExcerpt);
  for (const secret of secretTexts) text = text.replaceAll(secret, "[redacted]");
  return `HTTP ${reply.status} ${text.replace(/[\s\p{Cc}]+/gu, " ")}`.trim().slice(0, maxExcerpt);
}

function mediaType({ headers }: UpstreamReply): string {
  return (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
}

/** The body as text. */
// Web API may be set to answer in UTF-16; a byte order mark goes before the header's charset. TextDecoder drops the mark.
export function textOf({ body, headers }: UpstreamReply): string {
  const mark = body.length > 1 ? body.readUInt16BE(0) : 0;
  const named = /;\s*charset="?([^\s";]+)/i.exec(headers["content-type"] ?? "")?.[1];
  const label = mark === 0xfffe ? "utf-16le" : mark === 0xfeff ? "utf-16be" : (named ?? "utf-8");
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** Is a reply of V6 a success? Its error texts are free, and often not valid JSON: the HTTP status decides. */
import type { UpstreamHead, UpstreamReply, UpstreamStream } from "../../http/connection.ts";
import { statusFailure } from "../../http/failures.ts";
import { readJson, withoutTrailingCommas } from "../../http/json.ts";
import { type ElementBatch, jsonElements, type ReadArray } from "../../http/json-elements.ts";
import { Failure } from "../../model/errors.ts";
import { isObject, readText } from "./wire.ts";

const maxErrorBytes = 65_536;
const maxDetail = 2_000;

/** The records of a list as they arrive, not looked at yet; 204 is an empty list. Throws the Failure that the reply means. */
export async function* readRecords(
  { status, headers, body }: UpstreamStream,
  source: string,
  maxBytes: number,
  onRepair: () => void = () => {},
  read?: ReadArray,
): AsyncGenerator<ElementBatch> {
  const isRefused = status < 200 || status >= 300;
  // The body is read also where nothing is due: so it is a reply like any other, and its connection can be used again.
  if (isRefused || status === 204) {
    const text = await readStart(body);
    if (isRefused) throwFor({ status, headers }, source, text);
    return;
  }
  const notAnArray = (text: string) => notAList(text, { status, headers }, source);
  const repair = (text: string) => {
    onRepair();
    return repairRecords(text);
  };
  yield* jsonElements(body, { source, maxBytes, repair, read, notAnArray });
}

/** What is done to records that are not strict JSON. */
export const repairRecords = withoutTrailingCommas;

/** The ping's body is documented nowhere: any will do that is neither an error nor a web page. */
export function checkPing({ status, headers, body }: UpstreamReply, source: string): void {
  const text = body.toString("utf8", 0, maxErrorBytes);
  if (status < 200 || status >= 300) throwFor({ status, headers }, source, text);
  const start = startOf(text);
  if (start === "{") throwIfErrorBody(text, headers, source);
  if (start === "<") {
    throw new Failure("SOURCE_BAD_RESPONSE", {
      source,
      message: `${source} answered with a page of HTML or XML to a ping.`,
    });
  }
}

/** An error object that came with HTTP 200 is the failure that its own httpStatusCode names. */
function throwIfErrorBody(text: string, headers: UpstreamHead["headers"], source: string): void {
  const told = /"httpStatusCode"\s*:\s*"?(\d{3})\b/.exec(text)?.[1];
  if (told !== undefined) throwFor({ headers, status: Number(told) }, source, text);
}

function notAList(text: string, { headers }: UpstreamHead, source: string): Failure {
  if (startOf(text) === "{") throwIfErrorBody(text, headers, source);
  readJson(text, source, repairRecords);
  return new Failure("SOURCE_BAD_RESPONSE", {
    source,
    message: `${source} answered with JSON that is not a list of invoices.`,
  });
}

async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxErrorBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, maxErrorBytes);
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

function startOf(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .trimStart()
    .charAt(0);
}

/** What floLIVE sends, in its words: the envelope, its records, its paging. Everything optional, unknown fields ignored. */
import type { UpstreamReply } from "../../http/connection.ts";
import { statusFailure } from "../../http/failures.ts";
import { readJson, withoutLoneBackslashes } from "../../http/json.ts";
import type { Comparison } from "./compare.ts";
import { badResponse, type Nak, nakFailure } from "./failures.ts";

/** One JSON object of theirs. */
export type WireRecord = Readonly<Record<string, unknown>>;

/** A success: its records, however `content` was written. */
export interface Envelope {
  readonly records: readonly WireRecord[];
  /** What it was read from. */
  readonly body: Buffer;
  /** Entries of `content` that are no objects. */
  readonly unreadable: number;
  /** 1 when `pageable` is null. */
  readonly totalPages: number;
  /** How many records it says that all pages have together; 0 when it does not say. */
  readonly totalElements: number;
}

const envelopeKeys = ["errorCode", "errorMessage", "content", "pageable", "bulk"] as const;
const nothing: Envelope = {
  records: [],
  body: Buffer.alloc(0),
  unreadable: 0,
  totalPages: 1,
  totalElements: 0,
};

/**
 * The envelope of a success; a refusal, at whatever HTTP status, or anything else is thrown as a Failure.
 * What the documents say is compared with all of it.
 */
export function readEnvelope(
  reply: UpstreamReply,
  source: string,
  compare: Comparison | null = null,
): Envelope {
  const byStatus = statusFailure(reply, source);
  // 204 is not documented; like an empty `content`, it says that there is nothing.
  if (reply.status === 204) return nothing;
  const body = parse(reply, source, byStatus !== null, compare);
  const nak = isRecord(body) ? nakOf(body) : null;
  if (nak !== null) compare?.refusal(body);
  if (nak !== null) throw nakFailure(nak, reply, source);
  if (byStatus !== null) throw byStatus;
  if (!isRecord(body) || !envelopeKeys.some((key) => body[key] !== undefined)) {
    throw badResponse(source, "JSON that is not its documented envelope");
  }
  compare?.answer(body);
  const { records, entries } = contentOf(body, source);
  if (compare !== null) for (const record of records) compare.record(record);
  const unreadable = entries === null ? 0 : entries.length - records.length;
  const { pageable } = body;
  return {
    records,
    body: reply.body,
    unreadable,
    totalPages: totalPagesOf(pageable),
    totalElements: isRecord(pageable) ? countOf(pageable.totalElements) : 0,
  };
}

/** The same content, read again from the bytes of an envelope that was read before. */
export function contentAgain(bytes: Buffer, source: string): Content {
  const body = readJson(bytes, source, withoutLoneBackslashes);
  return contentOf(isRecord(body) ? body : {}, source);
}

/** Where a record stands in the body. */
export function pointerAt({ records, entries }: Content, index: number): string {
  const record = records[index];
  return entries === null || record === undefined ? "/content" : `/content/${entries.indexOf(record)}`;
}

// The documents' own error text `Requested invoice ID\s invalid` is an illegal escape.
function parse(
  reply: UpstreamReply,
  source: string,
  isRefusal: boolean,
  compare: Comparison | null,
): unknown {
  const repair = (text: string) => {
    compare?.repaired();
    return withoutLoneBackslashes(text);
  };
  try {
    return readJson(reply.body, source, repair);
  } catch (thrown) {
    if (isRefusal) return null;
    throw thrown;
  }
}

/** The refusal in an envelope, or in the first entry of a `bulk` envelope that has one; null for a success. */
function nakOf(body: WireRecord): Nak | null {
  const own = nakOfEntry(body);
  const bulk = body.bulk;
  if (own !== null || !Array.isArray(bulk)) return own;
  for (const entry of bulk) {
    const nak = isRecord(entry) ? nakOfEntry(entry) : null;
    if (nak !== null) return nak;
  }
  return null;
}

function nakOfEntry(entry: WireRecord): Nak | null {
  const code = entry.errorCode;
  return code ? { code: String(code), message: textOf(entry.errorMessage) } : null;
}

/** What an envelope holds. */
export interface Content {
  readonly records: readonly WireRecord[];
  /** What stands in its list, records or not; null when it is no list. */
  readonly entries: readonly unknown[] | null;
}

function contentOf({ content }: WireRecord, source: string): Content {
  if (content === undefined || content === null || content === "") return { records: [], entries: null };
  if (Array.isArray(content)) {
    const isAllRecords = content.every(isRecord);
    return { records: isAllRecords ? content : content.filter(isRecord), entries: content };
  }
  if (!isRecord(content)) throw badResponse(source, "a `content` that is neither a list nor an object");
  return { records: Object.keys(content).length === 0 ? [] : [content], entries: null };
}

function totalPagesOf(pageable: unknown): number {
  if (!isRecord(pageable)) return 1;
  const told = countOf(pageable.totalPages);
  if (told > 0) return told;
  return countOf(Math.ceil(Number(pageable.totalElements) / Number(pageable.size))) || 1;
}

// 0 for what is no count.
function countOf(value: unknown): number {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** The value of a key, or of the same in other letter case: for keys that the documents spell in two ways (`customerID`). */
export function pick(record: WireRecord, key: string): unknown {
  const value = record[key];
  if (value !== undefined) return value;
  const wanted = key.toLowerCase();
  for (const name in record) {
    if (name.length === key.length && name.toLowerCase() === wanted) return record[name];
  }
  return undefined;
}

/** A text or a number as trimmed text; null for anything else and for nothing. */
export function textOf(value: unknown): string | null {
  const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
  return text === "" ? null : text;
}

function isRecord(value: unknown): value is WireRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

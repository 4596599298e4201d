/** The files in a download's answer, decoded while it arrives: nothing is held but the chunk at hand. */
import type { UpstreamStream } from "../../http/connection.ts";
import { Failure } from "../../model/errors.ts";
import { createBase64Decoder } from "./base64.ts";
import { badResponse, nakFailure, noFile } from "./failures.ts";
import { createFileScanner, type FileEvent, type FileScanner } from "./file-scanner.ts";
import { readEnvelope } from "./wire.ts";

// What one answer may hold in a row that is no file: its envelope and white space.
const maxIdleBytes = 1024 * 1024;

/**
 * One body for each file of the answer, in order. A body throws when its own file is bad (FILE_UNAVAILABLE,
 * SOURCE_BAD_RESPONSE), and then the next file can still be asked for; a refusal, a bad envelope or a broken transfer
 * ends everything. The last body ends only when the whole answer was read and no refusal followed.
 */
export async function* readAttachments(
  stream: UpstreamStream,
  source: string,
): AsyncGenerator<AsyncIterable<Uint8Array>> {
  if (stream.status === 204) throw noFile(source);
  if (stream.status < 200 || stream.status >= 300) throw await refusal(stream, source);
  const events = createCursor(fileEvents(stream, source));
  let count = 0;
  try {
    await events.advance();
    for (;;) {
      while (events.at() !== null && events.at()?.kind !== "start") await events.advance();
      const start = events.at();
      if (start === null) break;
      count += 1;
      yield fileBody(events, source);
      if (events.at() === start) await events.advance();
    }
    if (count === 0) throw noFile(source);
  } finally {
    await events.close();
  }
}

async function* fileBody(events: Cursor, source: string): AsyncGenerator<Uint8Array> {
  const decoder = createBase64Decoder(source);
  await events.advance();
  for (let event = events.at(); event?.kind === "text"; event = events.at()) {
    const bytes = decoder.write(event.text);
    if (bytes.length > 0) yield bytes;
    await events.advance();
  }
  const last = decoder.end();
  if (last.length > 0) yield last;
  await events.advance();
}

interface Cursor {
  /** The event at hand; null after the last. */
  at(): FileEvent | null;
  /** Goes on to the next event; after a failure it fails again. */
  advance(): Promise<void>;
  close(): Promise<void>;
}

function createCursor(events: AsyncGenerator<FileEvent>): Cursor {
  let at: FileEvent | null = null;
  let failure: unknown = null;
  return {
    at: () => at,
    async advance() {
      if (failure !== null) throw failure;
      try {
        const next = await events.next();
        at = next.done === true ? null : next.value;
      } catch (thrown) {
        failure = thrown;
        throw thrown;
      }
    },
    async close() {
      await events.return(undefined);
    },
  };
}

async function* fileEvents(stream: UpstreamStream, source: string): AsyncGenerator<FileEvent> {
  const scanner = createFileScanner();
  let idleBytes = 0;
  let isFirst = true;
  for await (const chunk of stream.body) {
    const events = scan(scanner, chunk, isFirst, source);
    const nak = scanner.nak();
    if (nak !== null) throw nakFailure(nak, stream, source);
    idleBytes = events.some(isData) ? 0 : idleBytes + chunk.length;
    if (idleBytes > maxIdleBytes) throw endless(source);
    isFirst &&= chunk.length === 0;
    yield* events;
  }
  try {
    scanner.end();
  } catch (thrown) {
    throw badResponse(source, "an answer that ends too early", thrown);
  }
}

function scan(scanner: FileScanner, chunk: Uint8Array, isFirst: boolean, source: string): FileEvent[] {
  try {
    return scanner.write(chunk);
  } catch (thrown) {
    const isMarkup = isFirst && /^\s*</.test(Buffer.from(chunk.subarray(0, 256)).toString("latin1"));
    throw badResponse(source, isMarkup ? "a page of HTML or XML" : "something that is not JSON", thrown);
  }
}

// Any status but success: small, and read whole, so that its error code counts before its status.
async function refusal(stream: UpstreamStream, source: string): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream.body) {
    size += chunk.length;
    if (size > maxIdleBytes) return endless(source);
    chunks.push(chunk);
  }
  try {
    readEnvelope({ ...stream, body: Buffer.concat(chunks) }, source);
  } catch (thrown) {
    return thrown;
  }
  return badResponse(source, `HTTP ${stream.status}`);
}

function isData(event: FileEvent): boolean {
  return event.kind === "text" && event.text.some((byte) => byte > 0x20);
}

function endless(source: string): Failure {
  return new Failure("SOURCE_TOO_LARGE", {
    source,
    message: `${source} sent more than ${maxIdleBytes} bytes without a file among them.`,
  });
}

/** Files within the answer itself, as base64, under a ceiling. */
import type { EndSignal } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import { abortable } from "./abortable.ts";
import type { Store, StoredFile } from "./store.ts";

/** A stored file's bytes as base64. Its size was checked before: see mustFit. */
export async function inlineOf(file: StoredFile, store: Store, signal: EndSignal): Promise<string> {
  const body = await store.read(file);
  if (body === null)
    throw new Failure("STORAGE_UNAVAILABLE", { detail: `stored file ${file.id} is not whole` });
  const chunks: Buffer[] = [];
  for await (const chunk of abortable(body as AsyncIterable<Buffer>, signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("base64");
}

/** Throws LIMIT_EXCEEDED, with the way out, when so many bytes are too many for one answer. */
export function mustFit(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new Failure("LIMIT_EXCEEDED", {
    message: `The files have ${bytes} bytes and an answer may carry ${maxBytes} as base64: ask with delivery LINK.`,
  });
}

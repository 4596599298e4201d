/** What a kept answer takes of the memory for answers. */
import { sizeOf, type Written } from "../../execution/text.ts";
import type { Answer } from "../lane/answer.ts";

/** What the audit trail is told of an answer. */
export interface Shown {
  readonly event: "listed" | "read";
  readonly invoiceIds: readonly string[];
}

const bytesPerEntry = 512;
const bytesPerId = 80;

/** Bytes, its key included. */
export function weightOf(
  { answer, shown }: { readonly answer: Answer; readonly shown: readonly Shown[] },
  key: string,
): number {
  const ids = shown.reduce((sum, { invoiceIds }) => sum + invoiceIds.length, 0);
  return bytesPerEntry + weightOfText(answer.text) + 2 * key.length + bytesPerId * ids;
}

// The text, its bytes, and its bytes compressed; beyond ASCII a character takes two bytes in the text, and up to three as UTF-8. What is bytes
// already has no other text.
function weightOfText(text: Written): number {
  const size = sizeOf(text);
  if (typeof text !== "string") return 2 * size;
  return (size === text.length ? 3 : 6) * text.length;
}

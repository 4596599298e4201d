/** What an execution wrote, as text. */
import type { Written } from "../../src/execution/text.ts";

/** The whole text; null stays null. */
export function whole(written: Written | null): string | null {
  if (written === null || typeof written === "string") return written;
  return Buffer.concat(written.parts.map((part) => Buffer.from(part as string))).toString();
}

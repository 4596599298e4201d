/** Range requests (RFC 9110, 14): one range of bytes; several, or other units, are answered with the whole. */
import type { ByteRange } from "./store.ts";

/** The range asked for; "whole" when there is none that we serve; "none" when it lies outside the file (416). */
export function readRange(header: string | undefined, size: number): ByteRange | "whole" | "none" {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return "whole";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "none" : { first: size - length, last: size - 1 };
  }
  if (last !== "" && Number(last) < Number(first)) return "whole";
  if (Number(first) >= size) return "none";
  return { first: Number(first), last: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

/** Does If-None-Match name the entity tag? Weak and strong tags compare alike here (RFC 9110, 13.1.2). */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || header.split(",").some((part) => part.trim().replace(/^W\//, "") === tag);
}

/** Upstream JSON, read without losing a digit. */
import { parse as parseLossless } from "lossless-json";
import { Failure } from "../model/errors.ts";

// A number that a double may not hold: 16 characters or more of digits, point and exponent. Strings do not matter: a false alarm only costs time.
const longNumber = /(?:^|[:[,\s])-?\d[\d.eE+-]{15,}/;

/** Turns text that is not strict JSON into what was meant; used once, after strict parsing failed. */
export type Repair = (text: string) => string;

/**
 * Parses JSON. Numbers that a double holds exactly become numbers; others become their text, digit for digit.
 * Throws SOURCE_BAD_RESPONSE when it is not JSON, also after the repair.
 */
export function readJson(body: Buffer | string, source: string, repair?: Repair): unknown {
  const text = textOf(body);
  try {
    return mayHoldLongNumber(body) ? parseExactly(text) : JSON.parse(text);
  } catch (thrown) {
    if (repair !== undefined) {
      try {
        return parseExactly(repair(text));
      } catch {
        // The first error is the honest one.
      }
    }
    const what = /^\s*</.test(text)
      ? "a page of HTML or XML"
      : text.trim() === ""
        ? "an empty body"
        : "a body that is not JSON";
    throw notJson(what, source, thrown);
  }
}

/** The failure of a source that answered with something else, such as "an empty body". */
export function notJson(what: string, source: string, cause?: unknown): Failure {
  const message = `${source} answered with ${what} where JSON was due.`;
  return new Failure("SOURCE_BAD_RESPONSE", { source, message, cause });
}

/** Removes commas before a closing bracket or brace, outside strings. */
export function withoutTrailingCommas(text: string): string {
  // A text that never ends is taken to its end: to begin again at each escaped quote in it would take quadratic time.
  return text.replace(/"(?:\\[^]|[^"\\])*"?|,(?=\s*[}\]])/g, (match) => (match === "," ? "" : match));
}

/** Doubles backslashes that start no JSON escape, such as the one in `ID\s`. */
export function withoutLoneBackslashes(text: string): string {
  return text.replace(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\/g, (match) => (match === "\\" ? "\\\\" : match));
}

function textOf(body: Buffer | string): string {
  const text = typeof body === "string" ? body : body.toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

// The bytes that a number consists of: digits, point, sign, exponent.
const isOfNumber = new Uint8Array(256);
for (const byte of Buffer.from("0123456789.eE+-")) isOfNumber[byte] = 1;

// Colon, comma, bracket or white space (or a byte order mark) stand before a number; a quote before digits begins a text.
const isBeforeNumber = new Uint8Array(256);
for (const byte of [...Buffer.from(":[, \t\r\n"), 0xbf]) isBeforeNumber[byte] = 1;

// Sixteen in a row cover two places that are eight apart: most bodies are looked at in every eighth byte only. The pattern took
// as long as a third of JSON.parse.
function mayHoldLongNumber(body: Buffer | string): boolean {
  if (typeof body === "string") return true;
  for (let at = 8; at < body.length; at += 8) {
    if (isOfNumber[body[at] as number] === 0 || isOfNumber[body[at - 8] as number] === 0) continue;
    // Days, times and ids have a byte of another kind between the two, and to look at three takes less than to go along.
    if (isOfNumber[body[at - 4] as number] === 0) continue;
    if (isOfNumber[body[at - 2] as number] === 0 || isOfNumber[body[at - 6] as number] === 0) continue;
    // From here, because the other byte may belong to something before: an `e` of a key, another number.
    let from = at;
    while (from > 0 && isOfNumber[body[from - 1] as number] === 1) from--;
    let to = at;
    while (to < body.length && isOfNumber[body[to] as number] === 1) to++;
    if (to - from >= 16 && (from === 0 || isBeforeNumber[body[from - 1] as number] === 1)) return true;
    at += (to - at) & ~7;
  }
  return false;
}

// Of a repeated key the last value counts, as for JSON.parse: whether a number in the body is long must not decide that.
const exact = {
  parseNumber: numberOrText,
  onDuplicateKey: ({ newValue }: { readonly newValue: unknown }) => newValue,
};

function parseExactly(text: string): unknown {
  return longNumber.test(text) ? parseLossless(text, null, exact) : JSON.parse(text);
}

function numberOrText(text: string): number | string {
  const digits = text
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "");
  return digits.length <= 15 && Number.isFinite(Number(text)) ? Number(text) : text;
}

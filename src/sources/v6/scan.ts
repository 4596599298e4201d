/** Texts and numbers of JSON out of its bytes, and only those that mean what they seem to. */
import { quote } from "../../http/json-scanner.ts";

const [backslash, minus, point, zero] = [0x5c, 0x2d, 0x2e, 0x30];

// What stands for itself within a text: neither a quote nor a backslash nor a control character; in a word, ASCII only.
const isOfText = new Uint8Array(256).fill(1, 0x20);
isOfText[quote] = isOfText[backslash] = 0;
const isOfWord = isOfText.slice().fill(0, 0x80);

/** Where a text without escapes ends whose first character stands there, its quote included; -1 when it is none. */
export function textEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (isOfText[bytes[at] as number] === 1) at++;
  return bytes[at] === quote ? at + 1 : -1;
}

const mostWords = 1_024;
const longestKept = 32;

/** Reads short texts, and of those that come often makes only one. */
export class WordReader {
  word = "";
  private readonly kept: string[] = Array.from({ length: mostWords }, () => "");

  /** The same as textEnd(), for a text of ASCII only. */
  read(bytes: Buffer, from: number): number {
    let at = from;
    let hash = 0;
    while (isOfWord[bytes[at] as number] === 1) hash = (hash * 31 + (bytes[at++] as number)) | 0;
    if (bytes[at] !== quote) return -1;
    const place = hash & (mostWords - 1);
    const kept = this.kept[place] as string;
    if (isText(kept, bytes, from, at)) this.word = kept;
    else {
      this.word = bytes.toString("latin1", from, at);
      if (at - from <= longestKept) this.kept[place] = this.word;
    }
    return at + 1;
  }
}

function isText(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false;
  return true;
}

const isDigit = new Uint8Array(256).fill(1, zero, zero + 10);
// So many digits a double holds exactly.
const mostDigits = 15;
const powers = Array.from({ length: mostDigits + 1 }, (_, decimals) => 10 ** decimals);

/** Reads numbers of up to 15 digits without an exponent. */
export class NumberReader {
  value = 0;

  /** Where the number ends that begins there; -1 when it is none, or another one. */
  read(bytes: Buffer, from: number): number {
    const first = bytes[from] === minus ? from + 1 : from;
    let at = first;
    let digits = 0;
    for (; isDigit[bytes[at] as number] === 1; at++) digits = digits * 10 + (bytes[at] as number) - zero;
    const whole = at - first;
    if (whole === 0 || (whole > 1 && bytes[first] === zero)) return -1;
    let decimals = 0;
    if (bytes[at] === point) {
      for (at++; isDigit[bytes[at] as number] === 1; at++, decimals++)
        digits = digits * 10 + (bytes[at] as number) - zero;
      if (decimals === 0) return -1;
    }
    if (whole + decimals > mostDigits) return -1;
    // Both are integers that a double holds, and division rounds once: it is the double that JSON.parse makes.
    const size = decimals === 0 ? digits : digits / (powers[decimals] as number);
    this.value = first === from ? size : -size;
    return at;
  }
}

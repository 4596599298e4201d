/** JSON whose numbers keep the digits they were written with, so that a simulator can send 210.10 or 12.345 exactly. */

/** A number that is sent with these digits and no quotes. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  // JSON.rawJSON is not in Node 20: a marked string stands in for the number until toJsonText unquotes it.
  toJSON(): string {
    return `\u0000#${this.text}`;
  }
}

/** Writes the decimal text as a JSON number with the same digits. */
export function exactNumber(text: string): ExactNumber {
  return new ExactNumber(text);
}

/** JSON text of a value that may hold ExactNumbers. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0000#(-?\d+(?:\.\d+)?)"/g, "$1");
}

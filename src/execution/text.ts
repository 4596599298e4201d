/** JSON text that is there now or comes later. What has become long is bytes from then on. */

/** JSON text that is there. */
export type Written = string | LongText;

/** JSON text, now or later. */
export type Text = Written | Promise<Written>;

/** Long text in its order: bytes (UTF-8), and what is short between them. */
export class LongText {
  readonly parts: readonly (string | Buffer)[];

  constructor(parts: readonly (string | Buffer)[]) {
    this.parts = parts;
  }
}

// Until an answer is sent, every collection of garbage copies its texts, with the thousands of pieces that they were added up from; a string
// of more than 128 KB is given pages of its own, each of which costs a fault. Bytes are neither copied nor made again.
const longText = 8_192;
const mostText = 32_768;

/** The same text, as bytes where it is long. */
export function settled(text: string): Written {
  return text.length < longText ? text : inBytes(text);
}

/** Is there so much of it that it should become bytes, even if more is to come? */
export function isFull(text: string): boolean {
  return text.length >= mostText;
}

/** The same text, as bytes. */
export function inBytes(text: string): LongText {
  return new LongText([Buffer.from(text)]);
}

/** Is the text there? */
export function isWritten(text: Text): text is Written {
  return typeof text === "string" || text instanceof LongText;
}

/** The parts in their order, and the last. */
export function joined(parts: readonly Text[], last: string): Text {
  // Promise.all would make a promise of each text that is there; and most objects wait for one field only.
  const laters: Promise<Written>[] = [];
  for (const part of parts) if (!isWritten(part)) laters.push(part);
  const [only] = laters;
  if (only === undefined) return addedUp(parts as readonly Written[], last);
  if (laters.length === 1) return only.then((text) => addedUp(inPlace(parts, [text]), last));
  return Promise.all(laters).then((texts) => addedUp(inPlace(parts, texts), last));
}

function inPlace(parts: readonly Text[], laters: readonly Written[]): Written[] {
  let next = 0;
  return parts.map((part) => (isWritten(part) ? part : (laters[next++] as Written)));
}

/** The parts in their order, and the last, all of which are there. */
export function addedUp(parts: readonly Written[], last: string): Written {
  const all: (string | Buffer)[] = [];
  // Added up, not joined: a join copies all of the text at every level of the answer.
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else {
      for (const piece of part.parts) {
        if (typeof piece === "string") text += piece;
        else {
          if (text !== "") all.push(text);
          all.push(piece);
          text = "";
        }
      }
    }
    if (isFull(text)) {
      all.push(Buffer.from(text));
      text = "";
    }
  }
  text += last;
  if (all.length === 0) return text;
  if (text !== "") all.push(text);
  return new LongText(all);
}

/** How many bytes it is as UTF-8. */
export function sizeOf(text: Written): number {
  if (typeof text === "string") return Buffer.byteLength(text);
  let size = 0;
  for (const part of text.parts) size += Buffer.byteLength(part);
  return size;
}

/** Throws, after the parts under way have ended, so that none of them fails unheard. */
export function abandoned(parts: readonly Text[] | null, thrown: unknown): Promise<Written> {
  if (parts === null) throw thrown;
  return Promise.allSettled(parts).then(() => {
    throw thrown;
  });
}

/** Is it a promise, or something with a `then`? */
export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** The same text, its characters side by side: what is kept must not hold on to the pieces that it was added up from. */
export function inOnePiece(text: string): string {
  // Reading a character makes the engine do so, but only when something depends on it: no JSON begins with NUL.
  return text.charCodeAt(0) === 0 ? "" : text;
}

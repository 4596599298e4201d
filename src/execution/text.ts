/** JSON text that is there now or comes later. */

/** JSON text, now or later. */
export type Text = string | Promise<string>;

/** The parts in their order, and the last. */
export function joined(parts: readonly Text[], last: string): Promise<string> {
  // Promise.all would make a promise of each text that is there; and most objects wait for one field only.
  const laters: Promise<string>[] = [];
  for (const part of parts) if (typeof part !== "string") laters.push(part);
  const [only] = laters;
  if (only !== undefined && laters.length === 1) return only.then((text) => addedUp(parts, [text], last));
  return Promise.all(laters).then((texts) => addedUp(parts, texts, last));
}

// Added up, not joined: a join copies all of the text at every level of the answer.
function addedUp(parts: readonly Text[], laters: readonly string[], last: string): string {
  let text = "";
  let next = 0;
  for (const part of parts) text += typeof part === "string" ? part : laters[next++];
  return text + last;
}

/** Throws, after the parts under way have ended, so that none of them fails unheard. */
export function abandoned(parts: readonly Text[] | null, thrown: unknown): Promise<string> {
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

/**
 * The same JSON text, its characters side by side. The thousands of pieces that a list was added up from are let go at once: while the
 * answer waits for other lists, every collection of garbage would copy them.
 */
export function inOnePiece(text: string): string {
  // Reading a character makes the engine do so, but only when something depends on it: no JSON begins with NUL.
  return text.charCodeAt(0) === 0 ? "" : text;
}

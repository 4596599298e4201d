/**
 * Writes XML elements. Our own twenty lines instead of a library: UBL's order of elements is fixed by its schema, so the writer
 * has nothing to decide, and everything that can go wrong is in the two escapes.
 */

/** An element's text, or its children; null and undefined children are left out. */
export type Content = string | readonly (Element | null | undefined)[];

/** One element with its attributes. */
export interface Element {
  readonly name: string;
  readonly content: Content;
  readonly attributes: Readonly<Record<string, string>>;
}

// Everything that XML 1.0 forbids even as a reference.
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** An element. */
export function element(
  name: string,
  content: Content,
  attributes: Readonly<Record<string, string>> = {},
): Element {
  return { name, content, attributes };
}

/** An element with that text; null when there is no text. */
export function optional(
  name: string,
  text: string | null | undefined,
  attributes: Readonly<Record<string, string>> = {},
): Element | null {
  return text === null || text === undefined || text.trim() === "" ? null : element(name, text, attributes);
}

/** A whole document in UTF-8, indented by two spaces, in pieces: the root with its content, and at its end `last`, one by one. */
export function* writeXml(root: Element, last: Iterable<Element>): Generator<string> {
  const end = `</${root.name}>\n`;
  yield `<?xml version="1.0" encoding="UTF-8"?>\n${write(root, "").slice(0, -end.length)}`;
  for (const child of last) yield write(child, "  ");
  yield end;
}

function write({ name, content, attributes }: Element, indent: string): string {
  const tag = Object.entries(attributes).reduce(
    (text, [key, value]) => `${text} ${key}="${escape(value)}"`,
    name,
  );
  if (typeof content === "string") return `${indent}<${tag}>${escape(content)}</${name}>\n`;
  const children = content.map((child) => (child ? write(child, `${indent}  `) : "")).join("");
  return `${indent}<${tag}>\n${children}${indent}</${name}>\n`;
}

/** Text that is safe between tags and between double quotes. */
function escape(text: string): string {
  return text
    .replace(forbidden, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/\r/g, "&#13;");
}

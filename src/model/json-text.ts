/** Where the values of a JSON text stand in it: RFC 6901 pointers and the text itself, digit for digit. */

/** Where a value's text begins, and where what follows it begins. */
export type Span = readonly [from: number, to: number];

// What lies deeper is part of its container's text, and has no span of its own: no text can exhaust the stack.
const deepest = 24;

/** The pointer of these keys and indexes, such as "/lines/3/amount"; "" is the whole. */
export function pointerTo(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The value at the pointer; undefined where there is none. */
export function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/**
 * The spans of all values by their pointers, down to `depth` containers. As lenient as the sources' readers are: trailing commas and
 * lone backslashes do not matter, and of a repeated key the last value counts. Stops at what is no JSON at all.
 */
export function spansOf(text: string, depth: number = deepest): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  let at = 0;

  function skip(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  }

  function container(pointer: string, level: number, isList: boolean): void {
    at++;
    for (let index = 0; at < text.length; index++) {
      skip(/[\s,]*/y);
      const next = text[at];
      if (next === "}" || next === "]") {
        at++;
        return;
      }
      let key: string | number = index;
      if (!isList) {
        key = keyOf(skip(string));
        skip(/\s*:\s*/y);
      }
      const from = at;
      value(pointer + pointerTo(key), level);
      if (at === from) return;
    }
  }

  function value(pointer: string, level: number): void {
    skip(/[\s\uFEFF]*/y);
    const from = at;
    const first = text[at];
    const isList = first === "[";
    if (!isList && first !== "{") skip(first === '"' ? string : /[^\s,\]}]+/y);
    else if (level <= 0) skipContainer();
    else container(pointer, level - 1, isList);
    if (at > from) spans.set(pointer, [from, at]);
  }

  function skipContainer(): void {
    let open = 0;
    do {
      skip(/[^"[\]{}]*/y);
      const here = text[at];
      if (here === '"') skip(string);
      else at++;
      if (here === "{" || here === "[") open++;
      else if (here === "}" || here === "]") open--;
    } while (open > 0 && at < text.length);
  }

  value("", Math.min(depth, deepest));
  return spans;
}

const string = /"(?:[^"\\]+|\\[^])*"?/y;

// A key with a backslash that escapes nothing stands for itself, as in the sources' own readers.
function keyOf(token: string): string {
  const readable = token.replace(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\/g, (match) =>
    match === "\\" ? "\\\\" : match,
  );
  try {
    return String(JSON.parse(readable));
  } catch {
    return token;
  }
}

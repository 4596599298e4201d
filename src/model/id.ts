/** Global ids: opaque outside, written and read only here. */

/** The types that have a global id. */
export type NodeType = "Customer" | "Invoice";

/** What a global id says. */
export interface GlobalId {
  readonly type: NodeType;
  readonly parts: readonly string[];
}

const nodeTypes: ReadonlySet<string> = new Set<NodeType>(["Customer", "Invoice"]);
const maxIdLength = 1024;

// One of these is written for every invoice of every list: without a buffer of its own, and the parts that they have in common once.
const scratch = Buffer.allocUnsafe(4_096);
let inScratch = "";
const safe = /^[\w.!~*'()-]*$/;
const isSafe = new Uint8Array(256);
for (let byte = 0; byte < 128; byte++) isSafe[byte] = safe.test(String.fromCharCode(byte)) ? 1 : 0;

/** The global id of a node, base64url of `Type:part:part`, each part percent-encoded. */
export function writeId(type: NodeType, parts: readonly string[]): string {
  const text = textOf(type, parts);
  // Percent-encoded text is ASCII: a character is a byte.
  if (text.length > scratch.length) return Buffer.from(text, "latin1").toString("base64url");
  inScratch = "";
  return scratch.toString("base64url", 0, scratch.write(text, "latin1"));
}

/** Writes the global ids of many nodes that differ in their last part only, as those of a list do. */
export class IdWriter {
  private readonly type: NodeType;
  private readonly parts: readonly string[];
  private readonly head: string;

  /** `parts`: all but the last one. */
  constructor(type: NodeType, parts: readonly string[]) {
    this.type = type;
    this.parts = parts;
    this.head = `${textOf(type, parts)}:`;
  }

  /** The id that ends with this part. */
  write(last: string): string {
    const { head } = this;
    if (head.length + last.length > scratch.length) return writeId(this.type, [...this.parts, last]);
    if (inScratch !== head) {
      scratch.write(head, "latin1");
      inScratch = head;
    }
    let end = head.length;
    for (let i = 0; i < last.length; i++) {
      const code = last.charCodeAt(i);
      if (code > 127 || isSafe[code] === 0) return writeId(this.type, [...this.parts, last]);
      scratch[end++] = code;
    }
    return scratch.toString("base64url", 0, end);
  }
}

function textOf(type: NodeType, parts: readonly string[]): string {
  let text: string = type;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    text += `:${safe.test(part) ? part : encodeURIComponent(part)}`;
  }
  return text;
}

/** What a global id says, or null when we did not write it: one node has exactly one id. */
export function readId(id: string): GlobalId | null {
  if (id.length > maxIdLength) return null;
  const [type = "", ...encoded] = Buffer.from(id, "base64url").toString("utf8").split(":");
  if (!nodeTypes.has(type) || encoded.length === 0) return null;
  if (type === "Customer" && encoded.length > 1) return null;
  try {
    const parts = encoded.map(decodeURIComponent);
    const read: GlobalId = { type: type as NodeType, parts };
    return writeId(read.type, parts) === id ? read : null;
  } catch {
    return null;
  }
}

/** The parts of an id of that type, or null. */
export function readIdOf(type: NodeType, id: string): readonly string[] | null {
  const read = readId(id);
  return read?.type === type ? read.parts : null;
}

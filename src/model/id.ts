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

// One of these is written for every invoice of every list: without a buffer of its own.
const scratch = Buffer.allocUnsafe(4_096);
const safe = /^[\w.!~*'()-]*$/;

/** The global id of a node, base64url of `Type:part:part`, each part percent-encoded. */
export function writeId(type: NodeType, parts: readonly string[]): string {
  let text: string = type;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    text += `:${safe.test(part) ? part : encodeURIComponent(part)}`;
  }
  // Percent-encoded text is ASCII: a character is a byte.
  if (text.length > scratch.length) return Buffer.from(text, "latin1").toString("base64url");
  return scratch.toString("base64url", 0, scratch.write(text, "latin1"));
}

/** What a global id says, or null when we did not write it: one node has exactly one id. */
export function readId(id: string): GlobalId | null {
  if (id.length > maxIdLength) return null;
  const [type = "", ...encoded] = Buffer.from(id, "base64url").toString("utf8").split(":");
  if (!nodeTypes.has(type) || encoded.length === 0) return null;
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

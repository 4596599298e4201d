/** HTTP message signatures (RFC 9421): what the two signature headers say, and the text that a signature is over. */

/** The parts of a request that a signature can cover. Header names are in lower case, as node:http has them. */
export interface SignedMessage {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What the headers Signature-Input and Signature say. */
export interface MessageSignature {
  /** What is covered, in order: "@method", "@path", "@authority" or header names. */
  readonly covered: readonly string[];
  readonly parameters: ReadonlyMap<string, string | number>;
  /** The signature's parameters as they were sent: the last line of the text that is signed. */
  readonly written: string;
  readonly bytes: Buffer;
}

const maxHeaderLength = 4_096;
// RFC 8941's forms, as far as RFC 9421 needs them for one signature: a label, an inner list of strings without
// parameters of their own, and parameters that are strings or integers.
const input =
  /^([a-z*][a-z0-9_.*-]*)=(\(((?:"[a-z0-9@-]+"(?: "[a-z0-9@-]+")*)?)\)((?:;[a-z*][a-z0-9_.*-]*=(?:"[\x20\x21\x23-\x5b\x5d-\x7e]*"|\d{1,15}))*))$/;
const signature = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]+={0,2}):$/;
const parameter = /;([a-z*][a-z0-9_.*-]*)=(?:"([^"]*)"|(\d+))/g;

/** The one signature of a message, or null when there is none that can be read. */
export function readSignature(headers: SignedMessage["headers"]): MessageSignature | null {
  const [, inputLabel, written = "", list = "", tail = ""] = match(input, headers["signature-input"]);
  const [, label, base64 = ""] = match(signature, headers["signature"]);
  if (inputLabel === undefined || inputLabel !== label) return null;
  const covered = [...list.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
  const parameters = new Map<string, string | number>();
  for (const [, name = "", text, digits] of tail.matchAll(parameter)) {
    if (parameters.has(name)) return null;
    parameters.set(name, text ?? Number(digits));
  }
  if (new Set(covered).size !== covered.length) return null;
  return { covered, parameters, written, bytes: Buffer.from(base64, "base64") };
}

/** The text that is signed (RFC 9421, 2.5); null when something covered is not there or is not known here. */
export function signatureBase(
  message: SignedMessage,
  covered: readonly string[],
  written: string,
): string | null {
  const lines: string[] = [];
  for (const name of covered) {
    const value = componentOf(message, name);
    if (value === null) return null;
    lines.push(`"${name}": ${value}`);
  }
  return [...lines, `"@signature-params": ${written}`].join("\n");
}

function componentOf({ method, path, headers }: SignedMessage, name: string): string | null {
  if (name === "@method") return method;
  if (name === "@path") return path;
  if (name === "@authority")
    return typeof headers["host"] === "string" ? headers["host"].toLowerCase() : null;
  if (name.startsWith("@") || !Object.hasOwn(headers, name)) return null;
  const value = headers[name];
  // Two lines of one header are read one way by a proxy and another way by us: neither is signed for.
  return typeof value === "string" && /^[\x20-\x7e]*$/.test(value) ? value.trim() : null;
}

function match(pattern: RegExp, value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === "string" && value.length <= maxHeaderLength ? (pattern.exec(value) ?? []) : [];
}

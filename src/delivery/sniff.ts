/** What a file is by its bytes, and whether it is whole: names and declared types are never believed. */
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { SaxesParser } from "saxes";
import type { FileFormat } from "../model/file.ts";
import type { ScratchFile } from "./scratch.ts";

/** What the first bytes say. */
export type Kind = "PDF" | "ZIP" | "MARKUP" | "JSON" | "TEXT" | "EMPTY" | "UNKNOWN";

const zipMarks = [Buffer.from("504b0304", "hex"), Buffer.from("504b0506", "hex")];
const headBytes = 4_096;
const tailBytes = 2_048;
// Above this a JSON file is judged by its first and last sign, not parsed.
const maxParsedJsonBytes = 8 * 1024 * 1024;
// Those of one element are held until it is complete: 40 MB of them took 700 MB and halted the process for 4 s.
const maxAttributes = 1_000;

/** The kind of file that begins with these bytes. */
function kindOf(head: Buffer): Kind {
  if (head.length === 0) return "EMPTY";
  if (head.subarray(0, 5).equals(Buffer.from("%PDF-"))) return "PDF";
  // A local file header, or the end record of an archive without entries.
  if (zipMarks.some((mark) => head.subarray(0, 4).equals(mark))) return "ZIP";
  const text = textOf(head);
  if (text === null) return "UNKNOWN";
  const first = text.trimStart()[0] ?? "";
  return first === "<" ? "MARKUP" : first === "{" || first === "[" ? "JSON" : "TEXT";
}

/** The kind of a file on disk. */
export async function kindOfFile(file: ScratchFile): Promise<Kind> {
  return kindOf((await endsOf(file)).head);
}

/** Null when the file is one of that format from its first byte to its last, otherwise what it is instead. */
export async function whyNot(file: ScratchFile, format: FileFormat): Promise<string | null> {
  const { head, tail } = await endsOf(file);
  const kind = kindOf(head);
  const instead = `${namesOfKinds[kind]} in place of ${format}`;
  switch (format) {
    case "PDF":
      if (kind !== "PDF") return instead;
      // ISO 32000-1, 7.5.5: startxref and %%EOF end the file; Acrobat finds them within the last 1,024 bytes.
      return /startxref\s+\d+\s+%%EOF/.test(tail.toString("latin1")) ? null : "a PDF whose end is missing";
    case "XML":
    case "UBL":
      return kind === "MARKUP" ? whyNotXml(file) : instead;
    case "JSON":
      return kind === "JSON" ? whyNotJson(file, tail) : instead;
    case "CSV":
      return kind === "TEXT" ? whyNotCsv(head) : instead;
  }
}

const namesOfKinds: Readonly<Record<Kind, string>> = {
  PDF: "a PDF",
  ZIP: "an archive",
  MARKUP: "markup",
  JSON: "JSON",
  TEXT: "plain text",
  EMPTY: "an empty file",
  UNKNOWN: "bytes of no known type",
};

async function endsOf({ path, size }: ScratchFile): Promise<{ head: Buffer; tail: Buffer }> {
  const handle = await open(path, "r");
  try {
    const read = async (length: number, position: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(Math.min(headBytes, size), 0);
    return { head, tail: await read(Math.min(tailBytes, size), Math.max(0, size - tailBytes)) };
  } finally {
    await handle.close();
  }
}

/** The text that the bytes hold, or null when they hold signs that no text has. */
function textOf(bytes: Buffer): string | null {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: true });
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : text;
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const [, declared = ""] =
    /^\s*<\?xml[^>]*?encoding=["']([\w-]{1,40})["']/.exec(head.toString("latin1")) ?? [];
  try {
    return new TextDecoder(declared || "utf-8").encoding;
  } catch {
    return "utf-8";
  }
}

async function whyNotXml(file: ScratchFile): Promise<string | null> {
  const parser = new SaxesParser({ xmlns: false });
  let problem: string | null = null;
  let depth = 0;
  let attributes = 0;
  parser.on("error", () => (problem ??= "XML that is broken or whose end is missing"));
  parser.on("doctype", () => (problem ??= "a document with a DOCTYPE"));
  parser.on("opentagstart", () => (attributes = 0));
  parser.on("attribute", () => {
    if (++attributes > maxAttributes) problem ??= "XML with too many attributes";
  });
  parser.on("opentag", ({ name, isSelfClosing }) => {
    if (depth++ === 0 && /^(?:\w+:)?html$/i.test(name)) problem ??= "an HTML page";
    if (depth === 1 && /^(?:\w+:)?(?:errors?|fault|exception|problem)$/i.test(name))
      problem ??= "an error message";
    if (depth > 256 && !isSelfClosing) problem ??= "XML nested too deeply";
  });
  parser.on("closetag", () => depth--);
  const decoder = new TextDecoder(encodingOf((await endsOf(file)).head));
  for await (const chunk of createReadStream(file.path) as AsyncIterable<Buffer>) {
    parser.write(decoder.decode(chunk, { stream: true }));
    if (problem !== null) return problem;
  }
  parser.write(decoder.decode()).close();
  return problem;
}

async function whyNotJson(file: ScratchFile, tail: Buffer): Promise<string | null> {
  if (file.size > maxParsedJsonBytes)
    return /[}\]]\s*$/.test(tail.toString("latin1")) ? null : "JSON whose end is missing";
  try {
    const value = JSON.parse((await readFile(file.path, "utf8")).replace(/^\uFEFF/, "")) as unknown;
    return isErrorMessage(value) ? "an error message" : null;
  } catch {
    return "JSON that is broken or whose end is missing";
  }
}

// problem+json (RFC 9457, Akamai's with an incidentId) and the error envelope of floLIVE.
function isErrorMessage(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (
    ("title" in value && ("detail" in value || "incidentId" in value)) ||
    ("errorCode" in value && !!value.errorCode)
  );
}

// A CSV has no mark of its own. A table has a delimiter in its first line and a line break after it; a sentence such as
// "Service unavailable, please try again" has the one without the other.
function whyNotCsv(head: Buffer): string | null {
  const text = textOf(head)?.trimStart() ?? "";
  const [firstLine = ""] = text.split(/\r\n|\r|\n/, 1);
  const hasRows = head.length === headBytes || /[\r\n]/.test(text);
  return hasRows && /[,;\t|]/.test(firstLine) ? null : "plain text in place of CSV";
}

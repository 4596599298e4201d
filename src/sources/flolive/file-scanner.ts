/** Strict JSON read byte by byte as it arrives, keeping only what a download says: its files' text and its refusal. */
import type { Nak } from "./failures.ts";
import { createStringReader } from "./json-string.ts";

/** A file's text begins, goes on (escapes undone), ends. */
export type FileEvent = { kind: "start" } | { kind: "text"; text: Uint8Array } | { kind: "end" };

export interface FileScanner {
  /** What a chunk of the answer adds. Throws a SyntaxError where it is not JSON. */
  write(chunk: Uint8Array): FileEvent[];
  /** Throws a SyntaxError when the JSON is not complete. */
  end(): void;
  /** The refusal read so far, wherever it stands. */
  nak(): Nak | null;
}

type Expect = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end" | "end" | "string" | "primitive";
type Role = "key" | "code" | "message" | "file" | "other";

const maxDepth = 64;
const maxKept = 256;
const [quote, openBrace, closeBrace, openBracket, closeBracket, colon, comma] = [
  0x22, 0x7b, 0x7d, 0x5b, 0x5d, 0x3a, 0x2c,
] as const;
const primitivePattern = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** A scanner for one answer. Keys count in any letter case and at any depth, so that no envelope hides a refusal. */
export function createFileScanner(): FileScanner {
  const stack: number[] = [];
  let expect: Expect = "value";
  let role: Role = "other";
  let kept = "";
  let key = "";
  let code = "";
  let message: string | null = null;
  let text: Buffer[] = [];
  let events: FileEvent[] = [];
  const string = createStringReader(addText);

  function startValue(byte: number): void {
    const isFile = key === "attachmentdata" && stack.at(-1) === openBrace;
    if (stack.length === 0 && byte !== openBrace) throw new SyntaxError("the answer is not an object");
    if (byte === quote) {
      role = isFile ? "file" : roleOf(key);
      kept = "";
      expect = "string";
      if (isFile) events.push({ kind: "start" });
    } else if (byte === openBrace || byte === openBracket) {
      if (isFile) throw new SyntaxError("a file is neither a text nor null");
      if (stack.length === maxDepth) throw new SyntaxError("nested too deeply");
      stack.push(byte);
      key = "";
      expect = byte === openBrace ? "key or }" : "value or ]";
    } else {
      kept = "";
      expect = "primitive";
    }
  }

  function endValue(): void {
    expect = stack.length === 0 ? "end" : ", or end";
  }

  function endContainer(open: number): void {
    if (stack.pop() !== open) throw new SyntaxError("a bracket does not match");
    key = "";
    endValue();
  }

  function endPrimitive(): void {
    if (!primitivePattern.test(kept)) throw new SyntaxError("not a value");
    if (key === "attachmentdata") {
      if (kept !== "null") throw new SyntaxError("a file is neither a text nor null");
      events.push({ kind: "start" }, { kind: "end" });
    }
    if (key === "errorcode" && !/^(?:null|false|-?0)/.test(kept)) code ||= kept;
    endValue();
  }

  function endString(): void {
    if (role === "file") {
      flush();
      events.push({ kind: "end" });
    } else if (role === "code") code ||= kept.trim();
    else if (role === "message") message = Buffer.from(kept, "latin1").toString("utf8");
    if (role !== "key") return endValue();
    key = kept.toLowerCase();
    expect = ":";
  }

  function addText(piece: Buffer): void {
    if (role === "file") text.push(piece);
    else if (role !== "other" && kept.length < maxKept) {
      kept += piece.toString("latin1", 0, maxKept - kept.length);
    }
  }

  function flush(): void {
    const [first, ...others] = text;
    if (first !== undefined)
      events.push({ kind: "text", text: others.length === 0 ? first : Buffer.concat(text) });
    text = [];
  }

  function atMark(byte: number): void {
    if (expect === "value" || (expect === "value or ]" && byte !== closeBracket)) startValue(byte);
    else if (expect === "value or ]") endContainer(openBracket);
    else if ((expect === "key" || expect === "key or }") && byte === quote) {
      role = "key";
      kept = "";
      expect = "string";
    } else if (expect === "key or }" && byte === closeBrace) endContainer(openBrace);
    else if (expect === ":" && byte === colon) expect = "value";
    else if (expect === ", or end" && byte === comma) expect = stack.at(-1) === openBrace ? "key" : "value";
    else if (expect === ", or end" && byte === closeBrace) endContainer(openBrace);
    else if (expect === ", or end" && byte === closeBracket) endContainer(openBracket);
    else throw new SyntaxError(`expected ${expect}`);
  }

  return {
    write(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      events = [];
      for (let at = 0; at < chunk.length;) {
        if (expect === "string") {
          const end = string.read(chunk, at);
          if (end === null) break;
          endString();
          at = end;
          continue;
        }
        const byte = chunk[at] as number;
        if (expect === "primitive") {
          if (!isPrimitiveByte(byte)) {
            endPrimitive();
            continue;
          }
          kept += String.fromCharCode(byte);
          if (kept.length > maxKept) throw new SyntaxError("not a value");
        } else if (!isSpace(byte)) {
          atMark(byte);
          // A primitive's first byte is its own.
          if ((expect as Expect) === "primitive") continue;
        }
        at += 1;
      }
      flush();
      return events;
    },
    end() {
      if (expect !== "end") throw new SyntaxError("the answer ends too early");
    },
    nak: () => (code === "" ? null : { code, message }),
  };
}

function roleOf(key: string): Role {
  return key === "errorcode" ? "code" : key === "errormessage" ? "message" : "other";
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isPrimitiveByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x45
  );
}

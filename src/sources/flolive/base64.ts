/** Strict base64, decoded piece by piece: what stands in `attachmentData`, or a Failure that says why it is no file. */
import { Failure } from "../../model/errors.ts";
import { badResponse, noFile } from "./failures.ts";

export interface Base64Decoder {
  /** The bytes that this piece of text completes; may be empty. */
  write(text: string): Buffer;
  /** The last bytes; throws when the text as a whole is not base64, or empty. */
  end(): Buffer;
}

// Long enough for any `data:` prefix; a URL shows itself well before.
const headLength = 256;
const space = /[ \t\r\n\v\f]+/g;
const dataPrefix = /^data:[^,]*;base64,/i;
const scheme = /^[a-z][a-z0-9+.-]*:/i;
const alphabet = /^[A-Za-z0-9+/]*={0,2}$/;
const none = Buffer.alloc(0);

/** A decoder for one file. White space and a `data:…;base64,` prefix are dropped; a URL is FILE_UNAVAILABLE. */
export function createBase64Decoder(source: string): Base64Decoder {
  let head: string | null = "";
  let rest = "";
  let isPadded = false;
  let size = 0;

  function decode(text: string): Buffer {
    if (text === "") return none;
    if (isPadded) throw notBase64(source);
    const whole = text.length - (text.length % 4);
    const block = text.slice(0, whole);
    rest = text.slice(whole);
    if (!alphabet.test(block)) throw notBase64(source);
    isPadded = block.endsWith("=");
    if (isPadded && (rest !== "" || !isCanonical(block.slice(-4)))) throw notBase64(source);
    size += whole;
    return Buffer.from(block, "base64");
  }

  return {
    write(text) {
      let piece = text.replace(space, "");
      if (head !== null) {
        head += piece;
        if (head.length < headLength) return none;
        piece = withoutPrefix(head, source);
        head = null;
      }
      return decode(rest + piece);
    },
    end() {
      const last = head === null ? none : decode(withoutPrefix(head, source));
      head = null;
      if (rest !== "") throw notBase64(source);
      if (size === 0) throw noFile(source);
      return last;
    },
  };
}

// The documents' own sample is a `blob:` URL of an internal host: whoever could choose it could choose what we connect to.
function withoutPrefix(head: string, source: string): string {
  const prefix = dataPrefix.exec(head)?.[0];
  if (prefix !== undefined) return head.slice(prefix.length);
  if (!scheme.test(head)) return head;
  if (/^data:/i.test(head)) throw notBase64(source);
  throw new Failure("FILE_UNAVAILABLE", {
    source,
    message: `${source} sent the address of a file in place of the file; addresses are never followed.`,
  });
}

function isCanonical(quantum: string): boolean {
  return Buffer.from(quantum, "base64").toString("base64") === quantum;
}

function notBase64(source: string): Failure {
  return badResponse(source, "a file that is not valid base64");
}

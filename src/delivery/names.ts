/** File names made by us: safe on every system, unique within an archive, unmistakable to the eye. */
import type { FileFormat } from "../model/file.ts";
import type { Invoice } from "../model/invoice.ts";
import { extensions } from "./formats.ts";

// Cc and Cf hold the control characters and every bidi override, isolate and zero-width sign; Cs lone surrogates; Co and Cn have no agreed meaning.
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const forbidden = /[/\\:*?"<>|\u2215\u2044\u29F8\uFF0F\uFF3C\uFF1A]/g;
// Windows reserves these with any extension, also with superscript digits (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:$|[. ])/i;

const typeWords: Readonly<Record<Invoice["type"], string>> = {
  INVOICE: "invoice",
  CREDIT_MEMO: "credit-memo",
  DEBIT_MEMO: "debit-memo",
  UNKNOWN: "document",
};

/** One segment of a path made of any text: never empty, never above maxBytes (default 100) of UTF-8, never a path. */
export function safeSegment(text: string, maxBytes = 100): string {
  const cleaned = text
    .slice(0, 4 * maxBytes)
    .normalize("NFC")
    .replace(/\s+/gu, " ")
    .replace(invisible, "")
    .replace(forbidden, "_")
    .replace(/^[. ~]+/, "");
  const cut = cutToBytes(cleaned, maxBytes - 1).replace(/[. ]+$/, "");
  if (cut === "") return "unnamed";
  return reserved.test(cut) ? `_${cut}` : cut;
}

/** `1134_invoice.pdf`: the number (or the source's key) and the type of an invoice, and the format's extension. */
export function invoiceFileName(invoice: Invoice, format: FileFormat): string {
  const number = safeSegment(invoice.number ?? invoice.key.join("-"), 80);
  return `${number}_${typeWords[invoice.type]}.${extensions[format]}`;
}

/** Gives each path once: the second of one name, however it is cased, becomes `name-2.pdf`. */
export function createUniquePaths(taken: readonly string[] = []): (path: string) => string {
  const used = new Set(taken.map(fold));
  return (path) => {
    const dot = path.lastIndexOf(".");
    const [stem, extension] =
      dot > path.lastIndexOf("/") ? [path.slice(0, dot), path.slice(dot)] : [path, ""];
    let candidate = path;
    for (let n = 2; used.has(fold(candidate)); n++) candidate = `${stem}-${n}${extension}`;
    used.add(fold(candidate));
    return candidate;
  };
}

/** The value of Content-Disposition: an attachment with an ASCII name and the whole name after RFC 8187. */
export function contentDisposition(fileName: string): string {
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = encodeURIComponent(fileName.replace(/\p{Cs}/gu, "_")).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

// Windows and macOS take names that differ in case or in Unicode form only for one.
function fold(path: string): string {
  return path.normalize("NFKC").toLowerCase();
}

function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = "";
  for (const sign of text) {
    bytes += Buffer.byteLength(sign);
    if (bytes > maxBytes) break;
    kept += sign;
  }
  return kept;
}

/** The PDF of a download: one page with the invoice's number, type and total, written by hand. */
import type { AkamaiInvoiceFact } from "../facts.ts";

/** A whole PDF 1.4 file: catalog, pages, one page, its content, a standard font, a cross-reference table. */
export function toPdf(fact: AkamaiInvoiceFact): Buffer {
  const title = `${fact.type} ${fact.invoiceId}`;
  const texts = [
    title,
    `Contract ${fact.contractId}`,
    `Date ${fact.issuedOn}`,
    `${fact.currency} ${fact.total}`,
  ];
  const shown = texts.map((text) => `(${escaped(text)}) Tj T*`).join("\n");
  const content = `BT /F1 14 Tf 20 TL 72 770 Td\n${shown}\nET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    `<< /Title (${escaped(title)}) >>`,
  ];
  let file = "%PDF-1.4\n";
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(file.length);
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(`${file}xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`, "latin1");
}

// Offsets count characters, so all of them must be one byte.
function escaped(text: string): string {
  return text.replace(/[^ -~]/g, "?").replace(/[\\()]/g, String.raw`\$&`);
}

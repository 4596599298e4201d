/** The files of simulated invoices: a real PDF, a small XML, a real zip of both. */
import { Buffer } from "node:buffer";
import { ZipFile } from "yazl";
import type { FloliveInvoiceFact } from "../facts.ts";

/** A one-page PDF; its text is the invoice's number and amounts. */
export function invoicePdf(fact: FloliveInvoiceFact): Buffer {
  const lines = [
    `Invoice ${fact.number}`,
    `Issued ${fact.createdAt.slice(0, 10)}`,
    `Net ${fact.net} Tax ${fact.tax} Total ${fact.total} ${fact.currency}`,
  ];
  const shown = lines.map((line, at) => `1 0 0 1 72 ${760 - at * 24} Tm (${line}) Tj`).join("\n");
  const content = `BT /F1 14 Tf\n${shown}\nET`;
  return writePdf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ]);
}

/** The invoice as XML; floLIVE's own schema is not documented. */
export function invoiceXml(fact: FloliveInvoiceFact): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<invoice id="${fact.id}"><number>${fact.number}</number>` +
      `<currency>${fact.currency}</currency><net>${fact.net}</net><tax>${fact.tax}</tax>` +
      `<total>${fact.total}</total></invoice>\n`,
  );
}

/** A zip of the PDF and the XML of each invoice, named by their numbers. */
export async function invoicesZip(facts: readonly FloliveInvoiceFact[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const fact of facts) {
    zip.addBuffer(invoicePdf(fact), `${fact.number}.pdf`);
    zip.addBuffer(invoiceXml(fact), `${fact.number}.xml`);
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The bytes as attachmentData: base64, or base64 as hostile as JSON and MIME allow. The quotes are part of it. */
export function attachmentJson(bytes: Buffer, isWrapped: boolean): string {
  const base64 = bytes.toString("base64");
  if (!isWrapped) return `"${base64}"`;
  const broken = base64.replace(/.{76}/g, "$&\\r\\n").replaceAll("/", "\\/").replaceAll("+", "\\u002b");
  return `"data:application\\/octet-stream;base64,${broken}"`;
}

function writePdf(objects: readonly string[]): Buffer {
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return String(offset).padStart(10, "0");
  });
  const table = offsets.map((offset) => `${offset} 00000 n \n`).join("");
  const size = objects.length + 1;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(`${text}xref\n0 ${size}\n0000000000 65535 f \n${table}${trailer}`, "latin1");
}

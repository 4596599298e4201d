/** An invoice as a PDF: A4 pages, the same bytes for the same invoice. */
import type { Customer } from "../../../model/customer.ts";
import type { EndSignal } from "../../../model/ending.ts";
import type { DerivedAmount, Invoice } from "../../../model/invoice.ts";
import { writeLineTable } from "./line-table.ts";
import { baseline, createSheet, ink, lineHeight, paper, rule, type Sheet } from "./sheet.ts";
import { derivedMark, memoSentences, money, originSentence, periodText, titleOf } from "./wording.ts";

const heading = { size: 22, weight: "bold", color: ink.text } as const;
const body = { size: 9, color: ink.text } as const;
const strong = { size: 9, weight: "bold", color: ink.text } as const;
const label = { size: 7, color: ink.quiet } as const;
const small = { size: 7, color: ink.quiet } as const;
const middle = 300;

/** Writes the whole document before the first byte is read: the page numbers need its length. Throws the signal's reason when it ends. */
export async function renderPdf(
  invoice: Invoice,
  customer: Customer,
  signal: EndSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const title = [titleOf(invoice), invoice.number].filter(Boolean).join(" ");
  const sheet = createSheet({ title, author: invoice.source, createdAt: writtenAt(invoice) }, signal);
  await writeHeading(sheet, invoice);
  await writeParties(sheet, invoice, customer);
  sheet.onNewPage = () => {
    sheet.type.draw(`${title} (continued)`, paper.left, baseline(sheet.y, small.size), small);
    sheet.y += 16;
  };
  for (const sentence of memoSentences(invoice))
    await sheet.paragraph(sentence, paper.left, paper.right - paper.left, body);
  sheet.y += 10;
  await writeLineTable(sheet, invoice);
  writeTotals(sheet, invoice);
  await writeRemarks(sheet, invoice);
  await writeFooters(sheet, invoice);
  sheet.doc.end();
  return sheet.doc as unknown as AsyncIterable<Uint8Array>;
}

// Never the clock: the hash of a file has to repeat.
function writtenAt({ createdAt, issuedOn }: Invoice): Date {
  return new Date(createdAt ?? `${issuedOn ?? "2000-01-01"}T00:00:00.000Z`);
}

async function writeHeading(sheet: Sheet, invoice: Invoice): Promise<void> {
  await sheet.paragraph(titleOf(invoice), paper.left, middle - 60, heading);
  const below = sheet.y;
  // The first fact stands on the heading's line.
  sheet.y = baseline(paper.top, heading.size) - baseline(0, body.size);
  const facts: [string, string | null][] = [
    ["Number", invoice.number],
    ["Issued on", invoice.issuedOn],
    ["Due on", invoice.dueOn],
    ["Billing period", invoice.billingPeriod === null ? null : periodText(invoice.billingPeriod)],
    ["Purchase order", invoice.purchaseOrder],
    ["Currency", currencyText(invoice)],
  ];
  for (const [name, value] of facts) {
    if (value === null) continue;
    sheet.type.draw(name, middle, baseline(sheet.y, body.size), { ...body, color: ink.quiet });
    await sheet.paragraph(value, middle + 80, paper.right - middle - 80, strong);
  }
  sheet.y = Math.max(sheet.y, below) + 12;
  rule(sheet, sheet.y);
  sheet.y += 12;
}

function currencyText({ currency, currencyOrigin }: Invoice): string {
  if (currency === null) return "not stated";
  return currencyOrigin === "CONFIGURED" ? `${currency} (configured for the source)` : currency;
}

async function writeParties(sheet: Sheet, invoice: Invoice, customer: Customer): Promise<void> {
  const { billTo } = invoice;
  const top = sheet.y;
  const block = async (x: number, heading: string, lines: readonly (string | null | undefined)[]) => {
    sheet.y = top;
    await sheet.paragraph(heading, x, 220, label);
    for (const [index, line] of lines.filter(Boolean).entries())
      await sheet.paragraph(line as string, x, 230, index === 0 ? { ...strong, size: 10.5 } : body);
    return sheet.y;
  };
  const left = await block(paper.left, "BILL TO", [
    billTo?.name ?? customer.name,
    billTo?.address,
    [billTo?.postcode, billTo?.city].filter(Boolean).join(" "),
    billTo?.accountReference ? `Account ${billTo.accountReference}` : null,
  ]);
  const right = await block(middle, "FROM", [
    invoice.source,
    `Account ${invoice.account}`,
    billTo?.name === null || billTo?.name === undefined || billTo.name === customer.name
      ? null
      : `Customer ${customer.name}`,
  ]);
  sheet.y = Math.max(left, right) + 12;
}

function writeTotals(sheet: Sheet, invoice: Invoice): void {
  const rows: [string, string | null, DerivedAmount][] = [
    ["Net", invoice.netAmount, "NET"],
    ["Tax", invoice.taxAmount, "TAX"],
    [invoice.type === "CREDIT_MEMO" ? "Total credit" : "Total", invoice.totalAmount, "TOTAL"],
  ];
  sheet.y += 10;
  sheet.ensure(rows.length * lineHeight(11) + 12);
  for (const [name, amount, which] of rows) {
    const isTotal = which === "TOTAL";
    if (amount === null && !isTotal) continue;
    const style = isTotal ? { ...strong, size: 11 } : body;
    if (isTotal) rule(sheet, sheet.y + 1, middle + 40);
    if (isTotal) sheet.y += 5;
    const at = baseline(sheet.y, style.size);
    const mark = invoice.derivedAmounts.includes(which) ? derivedMark : "";
    sheet.type.draw(name, middle + 40, at, style);
    sheet.type.drawRight(`${money(amount, invoice.currency)}${mark}`, paper.right - 4, at, 150, style);
    sheet.y += lineHeight(style.size);
  }
}

async function writeRemarks(sheet: Sheet, invoice: Invoice): Promise<void> {
  const width = paper.right - paper.left;
  const isMarked =
    invoice.derivedAmounts.length > 0 || invoice.lines.some((line) => line.derivedAmounts.length > 0);
  sheet.y += 14;
  if (isMarked)
    await sheet.paragraph(
      `${derivedMark} Derived from the other amounts; ${invoice.source} does not state it.`,
      paper.left,
      width,
      small,
    );
  if (invoice.warnings.length === 0) return;
  sheet.y += 4;
  await sheet.paragraph(
    "What does not add up in the source's data (nothing was corrected):",
    paper.left,
    width,
    small,
  );
  for (const { message } of invoice.warnings)
    await sheet.paragraph(`– ${message}`, paper.left + 6, width - 6, small);
}

async function writeFooters(sheet: Sheet, invoice: Invoice): Promise<void> {
  const { count } = sheet.doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    if (sheet.pace.isDue()) await sheet.pace.rest();
    sheet.doc.switchToPage(page);
    rule(sheet, paper.footer - 12);
    sheet.type.draw(originSentence(invoice), paper.left, paper.footer, small);
    sheet.type.drawRight(`Page ${page + 1} of ${count}`, paper.right, paper.footer, 90, small);
  }
}

/** The table of an invoice's lines: only the columns that hold something, its head repeated on every page. */
import type { DerivedAmount, Invoice, InvoiceLine } from "../../../model/invoice.ts";
import { baseline, ink, lineHeight, paper, rule, type Sheet } from "./sheet.ts";
import { derivedMark, lineRemarks } from "./wording.ts";

interface Column {
  readonly head: string;
  readonly width: number;
  text(line: InvoiceLine): string;
}

const size = 8.5;
const remarkSize = 7;
const padding = 3.5;
const gap = 7;
const numberWidth = 24;

const cell = { size, color: ink.text } as const;
const remark = { size: remarkSize, color: ink.quiet } as const;
const head = { size: 7.5, weight: "bold", color: ink.quiet } as const;

const columns: readonly Column[] = [
  {
    head: "Quantity",
    width: 50,
    text: ({ quantity, unit }) => [quantity, quantity === null ? null : unit].filter(Boolean).join(" "),
  },
  { head: "Unit price", width: 52, text: (line) => line.unitPrice ?? "" },
  { head: "Net", width: 54, text: (line) => marked(line.netAmount, line, "NET") },
  { head: "Tax", width: 46, text: (line) => marked(line.taxAmount, line, "TAX") },
  { head: "Total", width: 58, text: (line) => marked(line.totalAmount, line, "TOTAL") },
];

/** Writes the table; nothing when there are no lines. */
export async function writeLineTable(sheet: Sheet, { lines }: Pick<Invoice, "lines">): Promise<void> {
  if (lines.length === 0) return;
  const shown = columns.filter((column) => lines.some((line) => column.text(line) !== ""));
  const amounts = shown.reduce((width, column) => width + column.width + gap, 0);
  const descriptionWidth = paper.right - paper.left - numberWidth - amounts;
  const outerOnNewPage = sheet.onNewPage;
  sheet.onNewPage = () => {
    outerOnNewPage();
    writeHead(sheet, shown);
  };
  if (!sheet.ensure(70)) writeHead(sheet, shown);
  for (const [index, line] of lines.entries()) {
    if (sheet.pace.isDue()) await sheet.pace.rest();
    await writeRow(sheet, index + 1, line, shown, descriptionWidth);
  }
  sheet.onNewPage = outerOnNewPage;
}

function marked(
  amount: string | null,
  line: Pick<InvoiceLine, "derivedAmounts">,
  which: DerivedAmount,
): string {
  if (amount === null) return "";
  return line.derivedAmounts.includes(which) ? `${amount}${derivedMark}` : amount;
}

function writeHead(sheet: Sheet, shown: readonly Column[]): void {
  const height = lineHeight(head.size) + 2 * padding;
  sheet.doc.rect(paper.left, sheet.y, paper.right - paper.left, height).fill(ink.band);
  const at = baseline(sheet.y + padding, head.size);
  sheet.type.draw("#", paper.left + 4, at, head);
  sheet.type.draw("Description", paper.left + numberWidth, at, head);
  eachColumn(shown, (column, right) => sheet.type.drawRight(column.head, right, at, column.width, head));
  sheet.y += height;
}

async function writeRow(
  sheet: Sheet,
  number: number,
  line: InvoiceLine,
  shown: readonly Column[],
  width: number,
): Promise<void> {
  const description = await sheet.type.wrap(line.description ?? line.product ?? "", width, cell);
  const remarks = await sheet.type.wrap(lineRemarks(line), width, remark);
  const descriptionHeight = Math.max(description.length, 1) * lineHeight(size);
  const height = descriptionHeight + remarks.length * lineHeight(remarkSize) + 2 * padding;
  // A row stays whole unless it is longer than most of a page.
  sheet.ensure(Math.min(height, 500));
  sheet.y += padding;
  const at = baseline(sheet.y, size);
  sheet.type.draw(String(number), paper.left + 4, at, { size: 7.5, color: ink.quiet });
  eachColumn(shown, (column, right) =>
    sheet.type.drawRight(column.text(line), right, at, column.width, cell),
  );
  if (description.length === 0) sheet.y += lineHeight(size);
  for (const [lines, style] of [
    [description, cell],
    [remarks, remark],
  ] as const)
    for (const text of lines) {
      if (sheet.pace.isDue()) await sheet.pace.rest();
      sheet.ensure(lineHeight(style.size));
      sheet.type.draw(text, paper.left + numberWidth, baseline(sheet.y, style.size), style);
      sheet.y += lineHeight(style.size);
    }
  sheet.y += padding;
  rule(sheet, sheet.y);
}

function eachColumn(shown: readonly Column[], visit: (column: Column, right: number) => void): void {
  let right = paper.right - 4;
  for (const column of shown.toReversed()) {
    visit(column, right);
    right -= column.width + gap;
  }
}

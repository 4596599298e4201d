/** The arithmetic of EN 16931: BR-CO-10, BR-CO-14, BR-CO-15 and the number of decimals. */
import { type Decimal, decimalsUsed, isSum, sumAmounts } from "../../../model/money.ts";
import type { UblDocument } from "./document.ts";

type Report = (rule: string, message: string) => void;

const mostDecimals = 2;

/** Reports what is missing, does not add up, or has more than two decimals. */
export function checkAmounts(document: UblDocument, report: Report): void {
  const { net, tax, total, lines, taxes } = document;
  if (net === null) report("BR-13", "the invoice has no net amount");
  if (total === null) report("BR-14", "the invoice has no total");
  const lineNets = lines.map((line) => line.net).filter((amount) => amount !== null);
  if (net !== null && lines.length > 0 && lineNets.length === lines.length)
    checkSum(lineNets, net, "BR-CO-10", "the lines' net amounts", "the invoice's net", report);
  const taxAmounts = taxes.map(({ amount }) => amount).filter((amount) => amount !== null);
  if (tax === null) report("BR-CO-14", "the invoice has no tax amount");
  else if (taxes.length > 0 && taxAmounts.length === taxes.length)
    checkSum(taxAmounts, tax, "BR-CO-14", "the amounts of the taxes", "the invoice's tax", report);
  if (net !== null && tax !== null && total !== null)
    checkSum([net, tax], total, "BR-CO-15", "net and tax", "the invoice's total", report);
  checkDecimals(document, report);
}

function checkSum(
  parts: readonly Decimal[],
  stated: Decimal,
  rule: string,
  what: string,
  whose: string,
  report: Report,
): void {
  if (isSum(parts, stated, "0")) return;
  report(rule, `${what} make ${sumAmounts(parts, null)}, but ${whose} is ${stated}`);
}

function checkDecimals({ net, tax, total, lines, taxes }: UblDocument, report: Report): void {
  const amounts: [string, string, Decimal | null][] = [
    ["BR-DEC-12", "the net amount", net],
    ["BR-DEC-13", "the tax amount", tax],
    ["BR-DEC-14", "the total", total],
    ...taxes.map(({ taxable }): [string, string, Decimal] => ["BR-DEC-19", "a taxable amount", taxable]),
    ...taxes.map(({ amount }): [string, string, Decimal | null] => ["BR-DEC-20", "a tax's amount", amount]),
    ...lines.map(({ number, net: amount }): [string, string, Decimal | null] => [
      "BR-DEC-23",
      `the net amount of line ${number}`,
      amount,
    ]),
  ];
  for (const [rule, what, amount] of amounts)
    if (amount !== null && decimalsUsed(amount) > mostDecimals)
      report(rule, `${what} ${amount} has more than two decimals`);
}

/** Does one line of an invoice add up? */
import type { Invoice } from "./invoice.ts";
import {
  absoluteAmount,
  addAmounts,
  type Decimal,
  isProduct,
  isSum,
  multiplyAmounts,
  nonPositive,
} from "./money.ts";
import type { Warning } from "./warning.ts";

/** Warns when quantity x price is neither the net nor the total, and when net and tax stated do not make the total stated. */
export function checkLine(
  { type, currency, lines }: Pick<Invoice, "type" | "currency" | "lines">,
  index: number,
  tolerance: Decimal,
  warnings: Warning[],
): void {
  const line = lines[index];
  if (line === undefined) return;
  const { quantity, unitPrice, netAmount: net, taxAmount: tax, totalAmount: total } = line;
  const stated = net ?? total;
  if (quantity !== null && unitPrice !== null && stated !== null) {
    const isCredit = type === "CREDIT_MEMO";
    if (
      !makes(quantity, unitPrice, stated, tolerance, isCredit) &&
      (total === null || !makes(quantity, unitPrice, total, tolerance, isCredit))
    ) {
      const product = multiplyAmounts(quantity, unitPrice, currency);
      const expected = isCredit ? nonPositive(product) : product;
      warnings.push({
        code: "LINE_DISAGREES",
        message: `Line ${index + 1}: ${quantity} x ${unitPrice} make ${expected}, but its amount is ${stated}.`,
        fields: fieldsOf(index, ["quantity", "unitPrice", net === null ? "totalAmount" : "netAmount"]),
        stated,
        expected,
      });
    }
  }
  if (net === null || tax === null || total === null || line.derivedAmounts.length > 0) return;
  if (isSum([net, tax], total, tolerance)) return;
  const expected = addAmounts(net, tax, currency);
  warnings.push({
    code: "LINE_DISAGREES",
    message: `Line ${index + 1}: net ${net} and tax ${tax} make ${expected}, but its total is ${total}.`,
    fields: fieldsOf(index, ["netAmount", "taxAmount", "totalAmount"]),
    stated: total,
    expected,
  });
}

// Quantity and price of a credit memo keep the source's signs, which may both be positive: only their size is compared.
function makes(
  quantity: Decimal,
  price: Decimal,
  amount: Decimal,
  tolerance: Decimal,
  isCredit: boolean,
): boolean {
  return isCredit
    ? isProduct(absoluteAmount(quantity), absoluteAmount(price), absoluteAmount(amount), tolerance)
    : isProduct(quantity, price, amount, tolerance);
}

function fieldsOf(index: number, names: readonly string[]): string[] {
  return names.map((name) => `lines[${index}].${name}`);
}

/** The rules of EN 16931 on tax categories: BR-CO-04, BR-CO-17, BR-CO-18 and those of each category. */
import { isDecimal, isZero } from "../../../model/money.ts";
import type { UblDocument, UblTax } from "./document.ts";
import type { TaxCategory } from "./parties.ts";
import { isTaxOf, taxOn } from "./taxes.ts";

type Report = (rule: string, message: string) => void;

// The part of the rules' names that stands for the category: BR-S-02, BR-AE-02 …
const categories: ReadonlySet<TaxCategory> = new Set(["S", "Z", "E", "AE", "G", "O"]);
const needsReason: ReadonlySet<TaxCategory> = new Set(["E", "AE", "G", "O"]);

/** Reports lines without a tax, taxes that do not fit their rate, and what a category demands or forbids. */
export function checkTaxes(document: UblDocument, report: Report): void {
  const { lines, taxes } = document;
  for (const { number, net, tax } of lines)
    if (net !== null && tax === null)
      report("BR-CO-04", `the amounts of line ${number} fit none of the configured taxes, or more than one`);
  if (lines.length > 0 && taxes.length === 0)
    report("BR-CO-18", "there is no tax that the invoice's lines could belong to");
  for (const tax of taxes) checkTax(tax, document, report);
  if (taxes.length > 1 && taxes.some(({ details }) => details.category === "O"))
    report("BR-O-11", "a tax outside the scope of VAT does not go with other taxes");
}

function checkTax(tax: UblTax, document: UblDocument, report: Report): void {
  const { category, rate, exemptionReason } = tax.details;
  if (!categories.has(category) || !isDecimal(rate)) {
    report("BR-CO-17", "a configured tax has no known category, or its rate is not a decimal");
    return;
  }
  if (tax.amount === null)
    report("BR-46", `the lines do not say what the tax of ${rate} % (${category}) amounts to`);
  else if (!isTaxOf(tax.taxable, tax.details, tax.amount, tax.lineCount))
    report(
      "BR-CO-17",
      `${rate} % of ${tax.taxable} make ${taxOn(tax.taxable, tax.details)}, but the tax is ${tax.amount}`,
    );
  if ((category === "S") === isZero(rate))
    report(`BR-${category}-05`, `the rate of ${rate} % does not go with the category ${category}`);
  if (needsReason.has(category) && !exemptionReason?.trim())
    report(`BR-${category}-10`, `no reason for the exemption (${category}) is configured`);
  checkTaxIds(category, document, report);
}

function checkTaxIds(category: TaxCategory, { seller, buyer }: UblDocument, report: Report): void {
  // BR-O-02 forbids VAT ids: the writer leaves them out, so that BR-CO-26 must be met by the registration id.
  if (category === "O") {
    if (!seller.registrationId?.trim())
      report("BR-CO-26", "outside the scope of VAT a registration id of the seller must be configured");
    return;
  }
  const hasTaxNumber = category !== "G" && Boolean(seller.taxNumber?.trim());
  if (!seller.vatId?.trim() && !hasTaxNumber)
    report(`BR-${category}-02`, "no VAT id or tax number of the seller is configured");
  if (category === "AE" && !buyer.details.vatId?.trim())
    report("BR-AE-02", "no VAT id of the buyer is configured");
}

/**
 * The rules of EN 16931 that an invoice of ours can break, checked with exact decimals before anything is written.
 * Numbered as in the norm and in its official validation artefacts. Rules on what we never write (allowances, charges, payee,
 * delivery, attachments) have nothing to check; BR-CO-13, BR-CO-16 hold by the way the document is built.
 */
import { isSum, minorUnits } from "../../../model/money.ts";
import type { Pace } from "../../../model/pace.ts";
import type { UblDocument, Violation } from "./document.ts";
import { checkAmounts } from "./rules-amounts.ts";
import { checkTaxes } from "./rules-taxes.ts";

const countryNames = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

type Report = (rule: string, message: string) => void;

const checks = [checkHeader, checkParties, checkLines, checkAmounts, checkTaxes];

/** Every rule that the document breaks; empty when it may be written. */
export async function violationsOf(document: UblDocument, pace: Pace): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const report: Report = (rule, message) => {
    violations.push({ rule, message });
  };
  for (const check of checks) {
    if (pace.isDue()) await pace.rest();
    check(document, report);
  }
  return violations;
}

function checkHeader(document: UblDocument, report: Report): void {
  const { number, issuedOn, typeCode, currency, total, dueOn, paymentTerms, period } = document;
  if (isBlank(number)) report("BR-02", "the invoice has no number");
  if (issuedOn === null) report("BR-03", "the invoice has no issue date");
  if (typeCode === null) report("BR-04", "the invoice's type is not known");
  if (currency === null) report("BR-05", "the invoice's currency is not known");
  else if (minorUnits(currency) === null) report("BR-CL-04", `${currency} is not a currency of ISO 4217`);
  if (total !== null && !isSum([total], "0", "0") && !total.startsWith("-"))
    if (dueOn === null && isBlank(paymentTerms))
      report("BR-CO-25", "an amount is due, but there is neither a due date nor configured payment terms");
  if (period !== null && period.to < period.from) report("BR-29", "the billing period ends before it starts");
}

function checkParties({ seller, buyer }: UblDocument, report: Report): void {
  if (isBlank(seller.name)) report("BR-06", "the seller's name is not configured");
  checkCountry(seller.country, "BR-09", "seller", report);
  checkVatPrefix(seller.vatId, "seller", report);
  if (isBlank(seller.vatId) && isBlank(seller.registrationId))
    report("BR-CO-26", "neither a VAT id nor a registration id of the seller is configured");
  if (isBlank(buyer.name)) report("BR-07", "the buyer has no name");
  checkCountry(buyer.details.country, "BR-11", "buyer", report);
  checkVatPrefix(buyer.details.vatId, "buyer", report);
}

function checkCountry(country: string | undefined, rule: string, who: string, report: Report): void {
  if (isBlank(country)) report(rule, `the ${who}'s country is not configured`);
  else if (!isCountry(country ?? "")) report("BR-CL-14", `the ${who}'s country is not a code of ISO 3166-1`);
}

function checkVatPrefix(vatId: string | undefined, who: string, report: Report): void {
  // Greece writes EL, which ISO 3166-1 does not know (BR-CO-09 allows it).
  const prefix = vatId?.slice(0, 2) ?? "EL";
  if (prefix !== "EL" && !isCountry(prefix))
    report("BR-CO-09", `the ${who}'s VAT id does not begin with a country code`);
}

function checkLines({ lines }: UblDocument, report: Report): void {
  if (lines.length === 0) report("BR-16", "the invoice has no lines");
  for (const { number, net, name, period } of lines) {
    if (net === null) report("BR-24", `line ${number} has no net amount`);
    if (isBlank(name)) report("BR-25", `line ${number} has no description`);
    if (period !== null && period.to < period.from)
      report("BR-30", `the period of line ${number} ends before it starts`);
  }
}

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && countryNames.of(code) !== undefined;
}

function isBlank(text: string | null | undefined): boolean {
  return text === null || text === undefined || text.trim() === "";
}

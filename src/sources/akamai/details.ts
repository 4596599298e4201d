/** What a download adds to a list's invoice: lines, net and tax, and whom it is addressed to. Pure. */
import type { BillTo, DerivedAmount, Invoice, InvoiceLine } from "../../model/invoice.ts";
import type { Currency } from "../../model/money.ts";
import type { SentText } from "../../model/provenance.ts";
import { type Reconcilable, reconcile } from "../../model/reconcile.ts";
import type { Warning } from "../../model/warning.ts";
import { signWarning, toleranceOf } from "./amounts.ts";
import { isStatedPositive, periodOf, sumOf, toLine, turned } from "./lines.ts";
import { readCurrency, readDay, typeOf, type Unreadable, unreadableWarnings } from "./values.ts";
import { type DownloadedInvoice, type DownloadedLine, type EndCustomer, manyOf, textOf } from "./wire.ts";

/**
 * The list's invoice with what the download adds: lines, net and tax as sums over them, the final day, the addressee. What lists tell
 * (type, total, currency, days) stays as the list has it, also where it has nothing: lists, filters, orders and totals know no details,
 * and an invoice has one value wherever it is met. `raw` becomes both records: `{list, download}`.
 */
export function withDetails(invoice: Invoice, download: DownloadedInvoice, text?: SentText): Invoice {
  const unreadable: Unreadable = [];
  const { type, sourceType, currency, currencyOrigin, totalAmount } = invoice;
  const header = textOf(download.PO_NUMBER);
  const customers = manyOf<EndCustomer>(download.END_CUSTOMER);
  const statedLines = customers
    .flatMap((customer) => manyOf<DownloadedLine>(customer.INVOICE_LINE))
    .map((line, index) => toLine(line, index, currency, header, unreadable));
  const areTurned = type === "CREDIT_MEMO" && isStatedPositive(statedLines, currency);
  const lines = areTurned ? statedLines.map(turned) : statedLines;
  const netAmount = sumOf(lines, "netAmount", currency);
  const taxAmount = sumOf(lines, "taxAmount", currency);
  const derivedAmounts: DerivedAmount[] = [];
  if (netAmount !== null) derivedAmounts.push("NET");
  if (taxAmount !== null) derivedAmounts.push("TAX");
  const amounts: Reconcilable = {
    type,
    sourceType,
    currency,
    currencyOrigin,
    netAmount,
    taxAmount,
    totalAmount,
    derivedAmounts,
    lines,
  };
  const finalizedOn = readDay(download.FINALIZED_DATE, "finalizedOn", unreadable);
  // What the list's record alone gave rise to stays said; what reconciling said of it is said anew.
  const own = invoice.warnings.filter(({ code }) => code === "VALUE_UNREADABLE" || code === "SIGN_CHANGED");
  own.push(...unreadableWarnings(unreadable));
  if (areTurned)
    own.push(
      signWarning(
        ["lines"],
        sumOf(statedLines, "totalAmount", currency),
        sumOf(lines, "totalAmount", currency),
      ),
    );
  return {
    id: invoice.id,
    source: invoice.source,
    account: invoice.account,
    key: invoice.key,
    number: invoice.number,
    ...amounts,
    issuedOn: invoice.issuedOn,
    dueOn: invoice.dueOn,
    createdAt: null,
    finalizedOn,
    billingPeriod: periodOf(lines),
    billTo: toBillTo(download, customers),
    creditReason: null,
    creditedNumbers: [...new Set(lines.flatMap(({ creditedNumber }) => creditedNumber ?? []))],
    purchaseOrder: header ?? onlyOne(lines.map((line) => line.purchaseOrder)),
    files: invoice.files,
    warnings: [
      ...own,
      ...currencyWarnings(currency, lines, download),
      ...reconcile(amounts, toleranceOf(currency)).map((each) => knowing(each, invoice, download)),
    ],
    isDetailed: true,
    raw: { list: invoice.raw, download },
    sent: text && { ...invoice.sent, DETAILS: text },
  };
}

// That the source does not say it would not be true: only its list does not, and what lists tell stays.
function knowing(warning: Warning, { currency }: Invoice, download: DownloadedInvoice): Warning {
  const { code } = warning;
  const type = code === "TYPE_UNKNOWN" ? typeOf(textOf(download.INVOICE_TYPE)) : "UNKNOWN";
  if (type !== "UNKNOWN") return said(warning, "type", type);
  const theirs =
    code === "CURRENCY_UNKNOWN" && currency === null ? readCurrency(download.INVOICE_CURRENCY, []) : null;
  return theirs === null ? warning : said(warning, "currency", theirs);
}

function said(warning: Warning, what: string, says: string): Warning {
  const message = `The source's list tells no ${what} that can be read, and filters and totals go by the list; its details say ${says}.`;
  return { ...warning, message };
}

// An invoice has one currency, the list's: its lines would be amounts of another one without a word.
function currencyWarnings(
  currency: Currency | null,
  lines: readonly InvoiceLine[],
  download: DownloadedInvoice,
): Warning[] {
  const theirs = readCurrency(download.INVOICE_CURRENCY, []);
  if (currency === null || theirs === null || theirs === currency || lines.length === 0) return [];
  const message = `The source's list is in ${currency}, but its details are in ${theirs}: the lines, net and tax are theirs.`;
  const fields = ["currency", "lines", "netAmount", "taxAmount"];
  return [{ code: "LINES_DISAGREE", message, fields, stated: null, expected: null }];
}

function toBillTo(download: DownloadedInvoice, [customer]: readonly EndCustomer[]): BillTo | null {
  const name = textOf(download.ACCOUNT_NAME) ?? textOf(customer?.END_CUSTOMER_ACCOUNT_NAME);
  const accountReference = textOf(download.ACCOUNT_ID) ?? textOf(customer?.END_CUSTOMER_ACCOUNT_ID);
  if (name === null && accountReference === null) return null;
  return { name, accountReference, address: null, city: null, postcode: null };
}

function onlyOne(values: readonly (string | null)[]): string | null {
  const [first = null, ...others] = new Set(values);
  return others.length === 0 ? first : null;
}

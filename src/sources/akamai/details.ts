/** What a download adds to a list's invoice: lines, net and tax, and whom it is addressed to. Pure. */
import type { BillTo, DerivedAmount, Invoice } from "../../model/invoice.ts";
import { nonPositive, toAmount } from "../../model/money.ts";
import type { SentText } from "../../model/provenance.ts";
import { type Reconcilable, reconcile } from "../../model/reconcile.ts";
import { isPositive, signWarning, toleranceOf } from "./amounts.ts";
import { isStatedPositive, periodOf, sumOf, toLine, turned } from "./lines.ts";
import { readCurrency, readDay, typeOf, type Unreadable, unreadableWarnings } from "./values.ts";
import { type DownloadedInvoice, type DownloadedLine, type EndCustomer, manyOf, textOf } from "./wire.ts";

/**
 * The list's invoice with what the download adds. The list wins for type, total, due date and currency;
 * net and tax are sums over the lines. `raw` becomes both records: `{list, download}`.
 */
export function withDetails(invoice: Invoice, download: DownloadedInvoice, text?: SentText): Invoice {
  const unreadable: Unreadable = [];
  const sourceType = invoice.sourceType ?? textOf(download.INVOICE_TYPE);
  const type = invoice.type === "UNKNOWN" ? typeOf(textOf(download.INVOICE_TYPE)) : invoice.type;
  const isCredit = type === "CREDIT_MEMO";
  const currency = invoice.currency ?? readCurrency(download.INVOICE_CURRENCY, unreadable);
  const header = textOf(download.PO_NUMBER);
  const customers = manyOf<EndCustomer>(download.END_CUSTOMER);
  const statedLines = customers
    .flatMap((customer) => manyOf<DownloadedLine>(customer.INVOICE_LINE))
    .map((line, index) => toLine(line, index, currency, header, unreadable));
  const areTurned = isCredit && isStatedPositive(statedLines, currency);
  const lines = areTurned ? statedLines.map(turned) : statedLines;
  const netAmount = sumOf(lines, "netAmount", currency);
  const taxAmount = sumOf(lines, "taxAmount", currency);
  const listed = toAmount(invoice.totalAmount, currency);
  const isTurned = isCredit && isPositive(listed);
  const listedTotal = isTurned ? nonPositive(listed) : listed;
  const totalAmount = listedTotal ?? sumOf(lines, "totalAmount", currency);
  const derivedAmounts: DerivedAmount[] = [];
  if (netAmount !== null) derivedAmounts.push("NET");
  if (taxAmount !== null) derivedAmounts.push("TAX");
  if (listedTotal === null && totalAmount !== null) derivedAmounts.push("TOTAL");
  const amounts: Reconcilable = {
    type,
    sourceType,
    currency,
    currencyOrigin: currency === null ? "UNKNOWN" : "GIVEN",
    netAmount,
    taxAmount,
    totalAmount,
    derivedAmounts,
    lines,
  };
  const issuedOn = invoice.issuedOn ?? readDay(download.INVOICE_DATE, "issuedOn", unreadable);
  const finalizedOn = readDay(download.FINALIZED_DATE, "finalizedOn", unreadable);
  // What the list's record alone gave rise to stays said; what reconciling said of it is said anew.
  const own = invoice.warnings.filter(({ code }) => code === "VALUE_UNREADABLE" || code === "SIGN_CHANGED");
  own.push(...unreadableWarnings(unreadable));
  if (isTurned) own.push(signWarning(["totalAmount"], listed, totalAmount));
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
    issuedOn,
    dueOn: invoice.dueOn,
    createdAt: null,
    finalizedOn,
    billingPeriod: periodOf(lines),
    billTo: toBillTo(download, customers),
    creditReason: null,
    creditedNumbers: [...new Set(lines.flatMap(({ creditedNumber }) => creditedNumber ?? []))],
    purchaseOrder: header ?? onlyOne(lines.map((line) => line.purchaseOrder)),
    files: invoice.files,
    warnings: [...own, ...reconcile(amounts, toleranceOf(currency))],
    isDetailed: true,
    raw: { list: invoice.raw, download },
    sent: text && { ...invoice.sent, DETAILS: text },
  };
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

/** The items of Akamai's lists in our words. Pure. */
import { isDeepStrictEqual } from "node:util";
import { type Invoice, invoiceIds } from "../../model/invoice.ts";
import { nonPositive } from "../../model/money.ts";
import { type Reconcilable, reconcile } from "../../model/reconcile.ts";
import type { SentText } from "../../model/provenance.ts";
import type { Answer, DroppedRecord } from "../../model/source.ts";
import { isPositive, signWarning, toleranceOf } from "./amounts.ts";
import { readFileOffers } from "./file-offers.ts";
import { readAmount, readCurrency, readDay, typeOf, type Unreadable, unreadableWarnings } from "./values.ts";
import { isObject, type ListItem, textOf } from "./wire.ts";

/** What an answer belongs to. */
export interface Asked {
  readonly source: string;
  /** Null when the whole account was asked. */
  readonly contract: string | null;
  /** The usage month. */
  readonly month: string;
  /** The text of the record in that place. */
  readonly sent?: (index: number) => SentText;
}

/** The invoices of a list, and the records that had to be left out. */
export function readInvoices(
  records: readonly unknown[],
  asked: Asked,
): Pick<Answer, "invoices" | "dropped"> {
  const invoices: Invoice[] = [];
  const dropped: DroppedRecord[] = [];
  const first = new Map<string, Record<string, unknown>>();
  let ids: AccountIds | null = null;
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    const id = isObject(record) ? textOf(record["invoiceId"]) : null;
    // The id becomes a part of the download's path: nothing but letters, digits and dashes is one.
    if (!isObject(record) || id === null || !/^[\w-]+$/.test(id)) {
      dropped.push({ reason: "UNREADABLE", message: "A record has no invoice id that can be read." });
      continue;
    }
    const contract = textOf(record["contractId"]) ?? asked.contract;
    if (contract === null) {
      dropped.push({ reason: "UNREADABLE", message: "A record does not say which contract it belongs to." });
    } else if (asked.contract !== null && contract !== asked.contract) {
      dropped.push({
        reason: "ACCOUNT_MISMATCH",
        message: "A record belongs to a contract that was not asked for.",
      });
    } else {
      // Nearly always all are of one contract.
      if (ids?.account !== contract) ids = idsOf(contract, asked);
      invoices.push(toInvoice(record, id, ids, asked, asked.sent?.(index)));
      // To join the two for each record takes a fifth of the time in which it is read.
      const key = asked.contract === null ? `${id} ${contract}` : id;
      const before = first.get(key);
      if (before === undefined) first.set(key, record);
      else if (!isDeepStrictEqual(before, record))
        dropped.push({ reason: "UNREADABLE", account: contract, message: saysSomethingElse });
    }
  }
  return { invoices, dropped };
}

// Lists take the first of them; that it comes twice is said by NUMBER_REPEATED.
const saysSomethingElse = "A second record of an invoice says something else than the first.";

interface AccountIds {
  readonly account: string;
  readonly writer: ReturnType<typeof invoiceIds>;
}

function idsOf(account: string, { source, month }: Asked): AccountIds {
  return { account, writer: invoiceIds({ source, account, key: [month] }) };
}

function toInvoice(
  item: ListItem,
  number: string,
  { account, writer }: AccountIds,
  { source, month }: Asked,
  text: SentText | undefined,
): Invoice {
  const unreadable: Unreadable = [];
  const sourceType = textOf(item.invoiceType);
  const type = typeOf(sourceType);
  const currency = readCurrency(item.invoiceCurrency, unreadable);
  const stated = readAmount(item.invoiceTotal, currency, "totalAmount", unreadable);
  const isTurned = type === "CREDIT_MEMO" && isPositive(stated);
  const amounts: Reconcilable = {
    type,
    sourceType,
    currency,
    currencyOrigin: currency === null ? "UNKNOWN" : "GIVEN",
    netAmount: null,
    taxAmount: null,
    totalAmount: isTurned ? nonPositive(stated) : stated,
    derivedAmounts: [],
    lines: [],
  };
  const issuedOn = readDay(item.invoiceDate, "issuedOn", unreadable);
  const dueOn = readDay(item.invoiceDueDate, "dueOn", unreadable);
  const own = unreadableWarnings(unreadable);
  if (isTurned) own.push(signWarning(["totalAmount"], stated, amounts.totalAmount));
  return {
    id: writer.write(number),
    source,
    account,
    key: [month, number],
    number,
    ...amounts,
    issuedOn,
    dueOn,
    createdAt: null,
    finalizedOn: null,
    billingPeriod: null,
    billTo: null,
    creditReason: null,
    creditedNumbers: [],
    purchaseOrder: null,
    files: readFileOffers(item.files),
    warnings: [...own, ...reconcile(amounts, toleranceOf(currency))],
    isDetailed: false,
    raw: item,
    sent: text && { LIST: text },
  };
}

/** What a list needs to know of a V6 record: the plain ones read the short way, all others by map.ts. */
import type { CreditReason, DerivedAmount, InvoiceType } from "../../model/invoice.ts";
import { minorUnits } from "../../model/money.ts";
import { reconcile } from "../../model/reconcile.ts";
import type { Warning } from "../../model/warning.ts";
import { derivedOnHeader, Unreadable } from "./amounts.ts";
import { type Identity, readCreditReason, type Scope, toInvoice, typeOf } from "./map.ts";
import { type PlainAmounts, plainReader } from "./plain.ts";
import { isAbsent, isObject, readDay, readKey, readText, type V6Invoice } from "./wire.ts";

/** What is known of an invoice when it is listed. */
export interface Listed {
  readonly type: InvoiceType;
  readonly sourceType: string | null;
  readonly dueOn: string | null;
  /** A number: in units. */
  readonly net: number | string | null;
  readonly tax: number | string | null;
  readonly total: number | string | null;
  readonly derivedAmounts: readonly DerivedAmount[];
  readonly creditReason: CreditReason | null;
  /** Null: not known yet. */
  readonly warnings: readonly Warning[] | null;
}

/** Reads records for one answer. */
export interface ListReader {
  /** The decimals of the amounts that are told in units. */
  readonly decimals: number;
  /** The day, or the account, that is said so; null when there is none. */
  dayOf(said: unknown): string | null;
  accountOf(said: unknown): string | null;
  listed(theirs: V6Invoice, identity: Identity): Listed;
}

/** The reader for a scope. */
export function createListReader(scope: Scope): ListReader {
  const readPlain = plainReader(scope);
  const sound = soundWarnings(scope);
  const dayOf = remembering(readDay);

  function plainly(theirs: V6Invoice, type: InvoiceType, amounts: PlainAmounts): Listed | null {
    const { creditReason, dueDate, fileType } = theirs;
    if (!isObject(creditReason) && !isAbsent(creditReason)) return null;
    const dueOn = dayOf(dueDate);
    const { net, tax, total, isTaxDerived, isSound } = amounts;
    const isWhole = type !== "UNKNOWN" && (dueOn !== null || isAbsent(dueDate));
    return {
      type,
      sourceType: readText(fileType),
      dueOn,
      net,
      tax,
      total,
      derivedAmounts: derivedOnHeader(known, !isTaxDerived),
      creditReason: isObject(creditReason) ? readCreditReason(creditReason, new Unreadable()) : null,
      warnings: isSound && isWhole ? sound : null,
    };
  }

  return {
    decimals: minorUnits(scope.currency) ?? 0,
    dayOf,
    accountOf: remembering(readKey),
    listed(theirs, identity) {
      const type = typeOf(theirs.fileType);
      const amounts = readPlain(theirs, type);
      const listed = amounts === null ? null : plainly(theirs, type, amounts);
      return listed ?? wholly(theirs, identity, scope);
    },
  };
}

// All that derivedOnHeader looks at is what is there.
const known = { net: "", tax: "", total: "" };
const mostRemembered = 1_000;

// Days and accounts are few in a list of many invoices: each is read once, and has one text.
function remembering(read: (said: unknown) => string | null): (said: unknown) => string | null {
  const known = new Map<unknown, string | null>();
  return (said) => {
    let text = known.get(said);
    if (text === undefined) {
      text = read(said);
      if (known.size < mostRemembered) known.set(said, text);
    }
    return text;
  };
}

function wholly(theirs: V6Invoice, identity: Identity, scope: Scope): Listed {
  const whole = toInvoice(theirs, identity, scope);
  const { netAmount: net, taxAmount: tax, totalAmount: total } = whole;
  const { type, sourceType, dueOn, derivedAmounts, creditReason, warnings } = whole;
  return { type, sourceType, dueOn, net, tax, total, derivedAmounts, creditReason, warnings };
}

// What every invoice is warned of, once for all of them.
function soundWarnings({ currency, tolerance }: Scope): readonly Warning[] {
  return reconcile(
    {
      type: "INVOICE",
      sourceType: null,
      currency,
      currencyOrigin: "CONFIGURED",
      netAmount: null,
      taxAmount: null,
      totalAmount: null,
      derivedAmounts: [],
      lines: [],
    },
    tolerance,
  );
}

/** Which usage months of which contracts to ask for invoices that were issued in a range. */
import {
  addMonths,
  type ClosedRange,
  daysOfMonth,
  isMonth,
  type Month,
  monthOf,
  monthsIn,
} from "../../model/day.ts";
import type { InvoicePlace } from "../../model/invoice.ts";
import type { Question } from "../../model/source.ts";

/** One question for each contract, or one for all contracts of the account. */
export type ListMode = "contract" | "account";

/** "Data is available from April 2016." */
export const firstMonth: Month = "2016-04";

/** One question for each usage month, and each contract where the mode is so: none before April 2016, none after this month. */
export function questionsOf(
  contracts: readonly string[],
  issuedOn: ClosedRange,
  mode: ListMode,
  thisMonth: Month,
): readonly Question[] {
  const months = usageMonths(issuedOn, thisMonth);
  if (contracts.length === 0) return [];
  if (mode === "account") return months.map((month) => questionOf(null, month));
  return [...new Set(contracts)].flatMap((contract) => months.map((month) => questionOf(contract, month)));
}

/** The question that holds an invoice of the key [usage month, invoice id]; null for any other key. */
export function questionFor({ account, key }: InvoicePlace, mode: ListMode): Question | null {
  const [month = "", invoiceId = "", ...more] = key;
  if (!isMonth(month) || month < firstMonth || invoiceId === "" || more.length > 0) return null;
  return questionOf(mode === "account" ? null : account, month);
}

function questionOf(contract: string | null, month: Month): Question {
  return {
    key: contract === null ? `account ${month}` : `contract ${month} ${contract}`,
    account: contract,
    month,
    covers: { from: daysOfMonth(month).from, to: daysOfMonth(addMonths(month, 1)).to },
  };
}

// `month` is the month of usage, and its invoice is dated in the next one: so the month before the first counts too.
function usageMonths({ from, to }: ClosedRange, thisMonth: Month): Month[] {
  const first = monthOf(from) <= firstMonth ? firstMonth : addMonths(monthOf(from), -1);
  const last = monthOf(to) < thisMonth ? monthOf(to) : thisMonth;
  return monthsIn({ from: `${first}-01`, to: `${last}-01` });
}

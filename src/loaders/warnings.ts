/** All that does not add up on an invoice: what its source's records show, and whether the invoices that it credits are there. */
import type { Invoice } from "../model/invoice.ts";
import type { Warning } from "../model/warning.ts";
import type { CreditedLoader } from "./credited.ts";
import type { DetailLoader } from "./details.ts";

/** At once for an invoice that is whole and credits nothing; else its details are loaded first. Throws the source's Failure. */
export type LoadWarnings = (invoice: Invoice) => readonly Warning[] | Promise<readonly Warning[]>;

/** For one request. */
export function createWarningLoader(details: DetailLoader, credited: CreditedLoader): LoadWarnings {
  async function load(invoice: Invoice): Promise<readonly Warning[]> {
    const whole = await details.load(invoice);
    const missing = await credited.warning(whole);
    const warnings = [...repeatedIn(invoice, whole), ...whole.warnings];
    return missing === null ? warnings : [...warnings, missing];
  }

  return (invoice) =>
    invoice.isDetailed && invoice.creditedNumbers.length === 0 ? invoice.warnings : load(invoice);
}

// Only a list knows of it, and details are made of one record.
function repeatedIn(listed: Invoice, whole: Invoice): readonly Warning[] {
  return whole.warnings.some(isRepeated) ? [] : listed.warnings.filter(isRepeated);
}

function isRepeated({ code }: Warning): boolean {
  return code === "NUMBER_REPEATED";
}

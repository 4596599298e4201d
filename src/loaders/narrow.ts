/** Narrows what was found by conditions that need details or warnings, asking for both only where they are not at hand. */
import { type InvoiceFilter, detailTest } from "../listing/filter.ts";
import type { Found, Part } from "../listing/found.ts";
import { Failure } from "../model/errors.ts";
import type { Invoice } from "../model/invoice.ts";
import type { Pace } from "../model/pace.ts";
import { type Outcome, outcomeOf } from "./answers.ts";
import type { DetailLoader } from "./details.ts";
import type { LoadWarnings } from "./warnings.ts";

/** A narrowed part, and why some of it could not be decided. */
export interface Narrowed {
  readonly part: Part;
  readonly failures: readonly Outcome<Invoice>[];
}

/** Narrows one part. */
export type Narrow = (part: Part) => Promise<Narrowed>;

// One upstream call for each: more would not end before the deadline.
const maxDetails = 1_000;

/** Throws LIMIT_EXCEEDED when too many invoices would need one more upstream call each. */
export function checkDetails(parts: readonly Part[]): void {
  let count = 0;
  for (const { found } of parts) for (const { invoice } of found) if (!invoice.isDetailed) count++;
  if (count <= maxDetails) return;
  throw new Failure("LIMIT_EXCEEDED", {
    message: `\`purchaseOrder\`, \`billingPeriod\` and \`hasWarnings\` would need one more upstream call for each of ${count} invoices; at most ${maxDetails}: narrow the issue dates, customers or sources.`,
  });
}

/** Narrows by that filter. */
export function createNarrow(
  filter: InvoiceFilter,
  {
    details,
    warnings,
    pace,
  }: { readonly details: DetailLoader; readonly warnings: LoadWarnings; readonly pace: Pace },
): Narrow {
  const { hasWarnings } = filter;
  const matches = detailTest(filter);

  // The detailed invoice when it matches, null when it does not; a promise only where something has to be asked for.
  function decide({ invoice, customer }: Found): Found | null | Promise<Found | null> {
    if (!invoice.isDetailed) {
      return details.load(invoice).then((whole) => decide({ invoice: whole, customer }));
    }
    const found = { invoice, customer };
    if (!matches(found)) return null;
    if (hasWarnings === undefined) return found;
    const said = warnings(invoice);
    const isWanted = ({ length }: readonly unknown[]) => (length > 0 === hasWarnings ? found : null);
    return said instanceof Promise ? said.then(isWanted) : isWanted(said);
  }

  return async (part) => {
    const decisions: (Found | null | Promise<Outcome<Found | null>>)[] = [];
    for (const each of part.found) {
      if (decisions.length % 64 === 63 && pace.isDue()) await pace.rest();
      const decision = decide(each);
      decisions.push(decision instanceof Promise ? outcomeOf(decision, part.source) : decision);
    }
    const found: Found[] = [];
    const undecided: Found[] = [];
    const failures: Outcome<Invoice>[] = [];
    for (const [index, decision] of decisions.entries()) {
      const { answer, failure } =
        decision instanceof Promise ? await decision : { answer: decision, failure: null };
      if (answer !== null) found.push(answer);
      if (failure === null) continue;
      undecided.push(part.found[index] as Found);
      failures.push({ answer: null, failure });
    }
    const { id, source, failed } = part;
    return { part: { id, source, failed, found, undecided }, failures };
  };
}

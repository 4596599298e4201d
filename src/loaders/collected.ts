/** What a list found: all of it, before it is cut into pages. */
import type { Collection, Part } from "../listing/found.ts";
import { type SourceReport, isWhole } from "../listing/report.ts";
import { type GroupBy, type TotalsGroup, totalsOf } from "../listing/totals.ts";

// A group takes some 600 bytes: what is grouped more finely is worked out each time.
const mostGroups = 10;

/** A collection that knows what follows from it; it never changes, so that it may be remembered. */
export class Collected implements Collection {
  readonly parts: readonly Part[];
  readonly reports: readonly SourceReport[];
  readonly isComplete: boolean;
  /** How many invoices there are, whether complete or not. */
  readonly count: number;
  #totals: { readonly by: string; readonly groups: Promise<readonly TotalsGroup[]> } | null = null;

  constructor(parts: readonly Part[], reports: readonly SourceReport[]) {
    this.parts = parts;
    this.reports = reports;
    this.isComplete = reports.every(isWhole);
    let count = 0;
    for (const { found } of parts) count += found.length;
    this.count = count;
  }

  /** Exact sums of what was found; those that were asked for last are remembered. */
  totals(groupBy: readonly GroupBy[]): Promise<readonly TotalsGroup[]> {
    const by = [...new Set(groupBy)].sort().join(" ");
    if (this.#totals?.by !== by) {
      const groups = totalsOf(
        this.parts.map(({ found }) => found),
        groupBy,
      );
      const totals = { by, groups };
      this.#totals = totals;
      const forgetMany = ({ length }: readonly TotalsGroup[]) => {
        if (length > mostGroups && this.#totals === totals) this.#totals = null;
      };
      groups.then(forgetMany, () => {});
      return groups;
    }
    return this.#totals.groups;
  }
}

/** The table of what sources say otherwise than their documents. */
import type { DriftKind } from "../model/drift.ts";
import type { DriftEntry } from "../telemetry/drift.ts";
import { count, moment, plural, share } from "./figures.ts";
import { type Html, html } from "./html.ts";
import type { View } from "./view.ts";

const names: Readonly<Record<DriftKind, string>> = {
  UNKNOWN_FIELD: "Unknown field",
  MISSING_FIELD: "Missing field",
  OTHER_SPELLING: "Other spelling",
  UNEXPECTED_TYPE: "Unexpected type",
  UNEXPECTED_FORMAT: "Unexpected format",
  UNKNOWN_VALUE: "Unknown value",
};
const columns = ["Source", "What", "Where", "Documented", "Seen", "How often", "Met"] as const;

/** The section. */
export function driftSection({ sources, now }: View): Html {
  const rows = sources.flatMap(({ id, drift }) => drift.entries.map((entry) => row(id, entry, now)));
  const others = sources.filter(({ drift }) => drift.others > 0);
  const examined = sources.reduce((sum, { drift }) => sum + drift.examined, 0);
  return html`<section aria-labelledby="drift">
    <h2 id="drift">Drift</h2>
    <p>
      What the sources say otherwise than their documents, in ${plural(examined, "record")} compared since the
      start. Differences are tolerated; a value that cannot be read is a warning on its invoice.
    </p>
    ${
      rows.length === 0
        ? html`<p class="none">
            ${examined === 0 ? "Nothing has been read from any source yet." : "None: every record was as documented."}
          </p>`
        : table(rows)
    }
    ${others.map(({ id, drift }) => html`<p class="quiet">${id}: ${plural(drift.others, "more difference")} of kinds that found no place in this table.</p>`)}
  </section>`;
}

// With roles, because on a phone every row becomes a block, and some browsers then forget that it was a table.
function table(rows: readonly Html[]): Html {
  return html`<table class="drift" role="table">
    <caption>
      ${plural(rows.length, "difference")}, by source
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}

function row(source: string, entry: DriftEntry, now: number): Html {
  const { kind, record, field, expected, seen, examined } = entry;
  const cells: readonly (Html | string)[] = [
    html`<span class="tag ${kind.toLowerCase().replaceAll("_", "-")}">${names[kind]}</span>`,
    html`${record} <code>${field}</code>`,
    expected === "" ? "not at all" : expected,
    seen === "" ? "nothing" : seen,
    // Within a list's records it is met more often than there are records.
    entry.count <= examined
      ? html`${count(entry.count)} <small>${share(entry.count, examined)} of records</small>`
      : count(entry.count),
    html`${moment(entry.lastSeenAt, now)} <small>first ${moment(entry.firstSeenAt, now)}</small>`,
  ];
  return html`<tr role="row">
    <th scope="row" role="rowheader" data-label="${columns[0]}"><div>${source}</div></th>
    ${cells.map((cell, index) => html`<td role="cell" data-label="${columns[index + 1] ?? ""}"><div>${cell}</div></td>`)}
  </tr>`;
}

/** Checks the query of `GET /invoices` as the document says, and lists every violation. */

/** Both days included, "YYYY-MM-DD". */
export interface CreatedRange {
  readonly from: string;
  readonly to: string;
}

const names = ["fromDate", "toDate"] as const;

/** The range, or what is wrong with it. */
export function readRange(query: URLSearchParams): CreatedRange | readonly string[] {
  const violations: string[] = [];
  for (const name of new Set(query.keys())) {
    if (name !== "fromDate" && name !== "toDate")
      violations.push(`${name} - unrecognized field - must be removed`);
  }
  const [from, to] = names.map((name) => readDay(name, query.get(name), violations));
  if (from !== undefined && to !== undefined && from >= to) {
    violations.push("fromDate, toDate - invalid date range - fromDate data has to be before toDate");
  }
  return violations.length > 0 || from === undefined || to === undefined ? violations : { from, to };
}

function readDay(name: string, text: string | null, violations: string[]): string | undefined {
  if (text === null || text === "") {
    violations.push(`${name} - required field - must exist and must not be empty`);
    return undefined;
  }
  const [, date, month, year] = /^(\d{2})(\d{2})(\d{4})$/.exec(text) ?? [];
  const day = `${year}-${month}-${date}`;
  // A day that does not exist comes back as another one.
  const at = year === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(day)) return day;
  violations.push(`${name} - invalid date format - must be ddMMyyyy`);
  return undefined;
}

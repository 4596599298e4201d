/** In which form a text writes a date; whether there is such a day is not asked. */

const dateTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d[\d:.]*[Zz]$/;
const forms: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["yyyy-MM-dd", /^\d{4}-\d\d-\d\d$/],
  ["dd-MM-yyyy", /^\d\d-\d\d-\d{4}$/],
  ["dd/MM/yyyy", /^\d\d?\/\d\d?\/\d{4}$/],
  ["dd.MM.yyyy", /^\d\d?\.\d\d?\.\d{4}$/],
  ["eight digits", /^\d{8}$/],
  ["two-digit year", /^\d\d?[-/.]\d\d?[-/.]\d\d$/],
  ["date-time", dateTime],
  ["date-time without offset", /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d[\d:.]*$/],
  ["date-time with offset", /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d[\d:.]*[+-]\d\d:?\d\d$/],
];
const otherForm = "no known form of a date";
const names = new Set([otherForm, ...forms.map(([name]) => name)]);

/** The name of the form: "yyyy-MM-dd", "dd-MM-yyyy", "date-time" …; one name for all that is no date. */
export function formOfDate(text: string): string {
  // Nearly all are of these two: nothing else is looked for.
  if (text.length === 10) {
    if (text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45) return "yyyy-MM-dd";
    if (text.charCodeAt(2) === 45 && text.charCodeAt(5) === 45) return "dd-MM-yyyy";
  }
  if (text.length > 40) return otherForm;
  // The dates of long lists: eight patterns would be tried in vain before theirs.
  if (text.charCodeAt(10) === 84 && text.charCodeAt(text.length - 1) === 90 && dateTime.test(text))
    return "date-time";
  return forms.find(([, pattern]) => pattern.test(text))?.[0] ?? otherForm;
}

/** Is it a name that formOfDate() gives? */
export function isDateForm(name: string): boolean {
  return names.has(name);
}

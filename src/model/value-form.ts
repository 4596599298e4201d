/** In which form a value comes, as drift tells values apart, and whether a field may come so. */
import { formOfDate, isDateForm } from "./date-form.ts";
import type { DocumentedField } from "./documented.ts";
import { type DriftKind, shownWord } from "./drift.ts";

/** Tells the forms of a field's texts apart. */
export type FormOfText = (text: string) => string;

/** How a field's texts are told apart; null: every text is just a text. */
export function formOfTextIn({ is, values }: DocumentedField): FormOfText | null {
  if (values !== undefined) return (text) => (values.includes(text) ? "text" : `=${shownWord(text)}`);
  if (is.some(isDateForm)) return formOfDate;
  // A number that a double cannot hold is read as its text (http/json.ts), which is no fault of the source.
  if (is.includes("number") && !is.includes("text"))
    return (text) => (/^-?\d[\d.eE+-]{15,}$/.test(text) ? "number" : "text");
  return null;
}

/** "text", "number", "boolean", "null", "list", "object", or what `formOfText` makes of a text. */
export function formOf(value: unknown, formOfText: FormOfText | null): string {
  if (typeof value === "string") return formOfText === null ? "text" : formOfText(value);
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : "object";
}

/** What is wrong with a value of that form; null when nothing is. */
export function misfit(form: string, { is }: DocumentedField): DriftKind | null {
  if (is.length === 0 || is.includes(form)) return null;
  if (form.startsWith("=")) return "UNKNOWN_VALUE";
  return isDateForm(form) && is.some(isDateForm) ? "UNEXPECTED_FORMAT" : "UNEXPECTED_TYPE";
}

/** What a value of the field should be, for operators. */
export function expectedOf({ is, values }: DocumentedField): string {
  return values === undefined ? is.filter((form) => form !== "null").join(" or ") : values.join(", ");
}

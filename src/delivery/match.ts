/** Which file of an archive is which invoice's: by id or number within the entry's name, or not at all. */
import type { Invoice } from "../model/invoice.ts";

/**
 * For each entry name the one invoice that it names, or null. Nothing is guessed: an entry that names two invoices is
 * nobody's, and so are both of two entries that name the same invoice.
 */
export function matchEntries(names: readonly string[], invoices: readonly Invoice[]): (Invoice | null)[] {
  const matched = names.map((name) => onlyOne(invoices, (invoice) => isNamedBy(name, invoice)));
  return matched.map((invoice, at) =>
    invoice !== null && matched.indexOf(invoice) === at && matched.lastIndexOf(invoice) === at
      ? invoice
      : null,
  );
}

function isNamedBy(name: string, invoice: Invoice): boolean {
  const words = name.normalize("NFKC").toLowerCase();
  const marks = [...invoice.key, ...(invoice.number === null ? [] : [invoice.number])];
  return marks.some((mark) => isDistinct(mark) && holdsWord(words, mark.normalize("NFKC").toLowerCase()));
}

// "2026" may be a year and "07" a month: such a number in a name proves nothing.
function isDistinct(mark: string): boolean {
  return mark.length >= 3 && !/^(?:19|20)\d\d$/.test(mark);
}

// A whole word: 134 is not in 1134.pdf.
function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isWordSign(text[at - 1]) && !isWordSign(text[at + word.length])) return true;
  }
  return false;
}

function isWordSign(sign: string | undefined): boolean {
  return sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
}

function onlyOne<T>(items: readonly T[], test: (item: T) => boolean): T | null {
  const found = items.filter(test);
  return found.length === 1 ? (found[0] ?? null) : null;
}

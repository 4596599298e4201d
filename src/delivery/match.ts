/** Which file of an archive is which invoice's: by id or number within the entry's name, or not at all. */
import type { Invoice } from "../model/invoice.ts";
import type { Pace } from "../model/pace.ts";

// Longer than any path that a system takes as one name; an archive may have thousands of 64 KB, each of which would be searched for each invoice.
const mostOfName = 1_024;

/**
 * For each entry name the one invoice that it names, or null. Nothing is guessed: an entry that names two invoices is
 * nobody's, and so are both of two entries that name the same invoice. Rejects as the pace's rests do.
 */
export async function matchEntries(
  names: readonly string[],
  invoices: readonly Invoice[],
  pace: Pace,
): Promise<(Invoice | null)[]> {
  const marked = invoices.map((invoice) => ({ invoice, marks: marksOf(invoice) }));
  const matched: (Invoice | null)[] = [];
  for (const name of names) {
    // One that repeats half of a number to its end takes a millisecond for twenty invoices.
    if (pace.isDue()) await pace.rest();
    const words = name.length > mostOfName ? "" : folded(name);
    matched.push(
      onlyOne(marked, ({ marks }) => marks.some((mark) => holdsWord(words, mark)))?.invoice ?? null,
    );
  }
  return matched.map((invoice, at) =>
    invoice !== null && matched.indexOf(invoice) === at && matched.lastIndexOf(invoice) === at
      ? invoice
      : null,
  );
}

/** What names an invoice, in the form in which it is compared. */
function marksOf({ key, number }: Invoice): string[] {
  return [...key, ...(number === null ? [] : [number])].filter(isDistinct).map(folded);
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
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

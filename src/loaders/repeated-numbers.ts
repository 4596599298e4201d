/** Numbers that come twice: said where an answer arrives, so that an invoice carries the same warning wherever it is met. */
import { type Invoice, withWarnings } from "../model/invoice.ts";
import { createPace } from "../model/pace.ts";
import type { Answer } from "../model/source.ts";
import type { Warning } from "../model/warning.ts";

const repeated: Warning = {
  code: "NUMBER_REPEATED",
  message: "The source gives this number to more than one invoice of this account and type.",
  fields: ["number"],
  stated: null,
  expected: null,
};

/**
 * The answer with a warning on every invoice whose number another one of the same account and type carries in it. Only within
 * one answer: an invoice is in one answer only, so what it is warned of does not depend on what else a list asks for.
 */
export async function withRepeatedNumbers(answer: Answer): Promise<Answer> {
  const { invoices } = answer;
  const firstByNumber = new Map<string, number>();
  const places = new Set<number>();
  const pace = createPace();
  for (let i = 0; i < invoices.length; i++) {
    if (i % 64 === 63 && pace.isDue()) await pace.rest();
    const { account, type, number } = invoices[i] as Invoice;
    if (number === null) continue;
    const key = `${type} ${number}\n${account}`;
    const first = firstByNumber.get(key);
    if (first === undefined) firstByNumber.set(key, i);
    else places.add(first).add(i);
  }
  if (places.size === 0) return answer;
  const marked = invoices.map((invoice, i) =>
    places.has(i) && !isMarked(invoice) ? withWarnings(invoice, [repeated]) : invoice,
  );
  return { ...answer, invoices: marked };
}

function isMarked({ warnings }: Invoice): boolean {
  return warnings.some(({ code }) => code === "NUMBER_REPEATED");
}

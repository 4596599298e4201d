/** Numbers that come twice: said where an answer arrives, so that an invoice carries the same warning wherever it is met. */
import { type Invoice, withWarnings } from "../model/invoice.ts";
import { createPace, inTurns } from "../model/pace.ts";
import type { Answer } from "../model/source.ts";
import type { Warning } from "../model/warning.ts";

const repeated: Warning = {
  code: "NUMBER_REPEATED",
  message: "The source gives this number to more than one invoice of this account and type.",
  fields: ["number"],
  stated: null,
  expected: null,
};

// What a WeakMap holds under a young key lives until the old generation is collected, which cost a cold request a quarter of its time:
// of most answers, which have no such numbers and are nobody's after their request, only that is remembered.
const unlike = new WeakSet<Answer>();
const known = new WeakMap<Answer, Answer>();
// Many may have waited for it.
const underWay = new Map<Answer, Promise<Answer>>();

/** The same, looked at once for as long as the answer is kept; a promise only where it is looked at, or somebody is at it. */
export function withRepeatedNumbers(answer: Answer): Answer | Promise<Answer> {
  if (answer.numbersDiffer === true || unlike.has(answer)) return answer;
  const marked = known.get(answer);
  if (marked !== undefined) return marked;
  let look = underWay.get(answer);
  if (look === undefined) underWay.set(answer, (look = lookAt(answer)));
  return look;
}

async function lookAt(answer: Answer): Promise<Answer> {
  try {
    const marked = await markRepeated(answer);
    if (marked === answer) unlike.add(answer);
    else known.set(answer, marked);
    return marked;
  } finally {
    underWay.delete(answer);
  }
}

/**
 * The answer with a warning on every invoice whose number another one of the same account and type carries in it. Only within
 * one answer: an invoice is in one answer only, so what it is warned of does not depend on what else a list asks for.
 */
async function markRepeated(answer: Answer): Promise<Answer> {
  const { invoices } = answer;
  // Nearly every number comes once: only for one that comes again, of another account or type, is a longer key made.
  const firstByNumber = new Map<string, number>();
  const firstOfOthers = new Map<string, number>();
  const places = new Set<number>();
  await inTurns(invoices.length, createPace(), (from, to) => {
    for (let i = from; i < to; i++) {
      const { account, type, number } = invoices[i] as Invoice;
      if (number === null) continue;
      const first = firstByNumber.get(number);
      if (first === undefined) {
        firstByNumber.set(number, i);
        continue;
      }
      const other = invoices[first] as Invoice;
      if (other.account === account && other.type === type) {
        places.add(first).add(i);
        continue;
      }
      const key = `${type} ${number}\n${account}`;
      const firstSuch = firstOfOthers.get(key);
      if (firstSuch === undefined) firstOfOthers.set(key, i);
      else places.add(firstSuch).add(i);
    }
  });
  if (places.size === 0) return answer;
  const marked = invoices.map((invoice, i) =>
    places.has(i) && !isMarked(invoice) ? withWarnings(invoice, [repeated]) : invoice,
  );
  return { ...answer, invoices: marked };
}

function isMarked({ warnings }: Invoice): boolean {
  return warnings.some(({ code }) => code === "NUMBER_REPEATED");
}

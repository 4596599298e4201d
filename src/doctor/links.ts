/** Do the linked accounts exist upstream? Asked of the sources that can tell. */
import type { CustomerEntry } from "../directory/create.ts";
import { daysOfMonth, monthOf, todayUtc } from "../model/day.ts";
import { type Failure, toFailure } from "../model/errors.ts";
import type { Call, Source } from "../model/source.ts";
import { failure, type Finding, ok, skipped, warning } from "./finding.ts";
import { isAboutAccount } from "./sources.ts";

/** A link of the directory. */
export interface Link {
  readonly customer: string;
  readonly reference: string;
}

/** Null: the source answered as one does who knows it. */
type Doubt = "UNKNOWN" | "FORBIDDEN" | Failure | null;

const atOnce = 8;
const shownAtMost = 10;

/** The links of one source, in the directory's order. */
export function linksOf(source: string, customers: readonly CustomerEntry[]): Link[] {
  return customers.flatMap(({ key, accounts }) =>
    accounts
      .filter((account) => account.source === source)
      .map(({ reference }) => ({ customer: key, reference })),
  );
}

/** Looks at the first `most` links of a source that answers. */
export async function checkLinks(
  source: Source,
  links: readonly Link[],
  { call, most, now }: { readonly call: Call; readonly most: number; readonly now: number },
): Promise<Finding[]> {
  const subject = `links to ${source.id}`;
  if (links.length === 0) {
    const remedy = `Add its accounts to customers, or take sources.${source.id} out.`;
    return [warning(subject, "no customer has an account there, so that it is never asked.", remedy)];
  }
  const ask = asker(source, now);
  if (ask === null)
    return [
      skipped(subject, `${links.length} accounts; this kind of source cannot tell whether they exist.`),
    ];
  const looked = links.slice(0, most);
  const doubts = await inTurns(looked, ({ reference }) => doubtOf(ask(reference, call), source.id));
  const wrong = looked.flatMap((link, index) => {
    const doubt = doubts[index] ?? null;
    return doubt === null ? [] : [describe(link, doubt, source.id)];
  });
  const rest = wrong.length - shownAtMost;
  const more =
    rest > 0
      ? [failure(subject, `${rest} more accounts have the same kind of trouble.`, "Correct the first ones.")]
      : [];
  if (wrong.length > 0) return [...wrong.slice(0, shownAtMost), ...more];
  const unseen = links.length - looked.length;
  const note = unseen === 0 ? "" : ` ${unseen} more were not looked at: raise --accounts.`;
  return [ok(subject, `the source knows all ${looked.length} accounts that were looked at.${note}`)];
}

type Ask = (reference: string, call: Call) => Promise<unknown>;

/** The cheapest question about one account; what comes back is null when there is none. Null: there is no such question. */
function asker(source: Source, now: number): Ask | null {
  const { accounts, settings, invoices } = source;
  if (accounts !== undefined) return (reference, call) => accounts.profile(reference, call);
  if (settings !== undefined) return (reference, call) => settings.ask(reference, call);
  if (invoices === undefined) return null;
  const thisMonth = daysOfMonth(monthOf(todayUtc(now)));
  const [sample] = invoices.questions(["sample"], thisMonth);
  // An answer about everybody says nothing about one.
  if (sample === undefined || sample.account === null) return null;
  return (reference, call) => {
    const [question] = invoices.questions([reference], thisMonth);
    return question === undefined ? Promise.resolve(true) : invoices.ask(question, call);
  };
}

function doubtOf(answer: Promise<unknown>, source: string): Promise<Doubt> {
  return answer.then(
    (found) => (found === null ? "UNKNOWN" : null),
    (thrown: unknown) => {
      const failed = toFailure(thrown, source);
      if (!isAboutAccount(failed.code)) return failed;
      return failed.code === "ACCOUNT_NOT_FOUND" ? "UNKNOWN" : "FORBIDDEN";
    },
  );
}

function describe({ customer, reference }: Link, doubt: NonNullable<Doubt>, source: string): Finding {
  const subject = `links to ${source}`;
  if (doubt === "UNKNOWN") {
    const remedy = `Correct accounts.${source} of the customer ${customer}, or take the account out.`;
    return failure(subject, `${customer} is linked to ${reference}, which ${source} does not know.`, remedy);
  }
  if (doubt === "FORBIDDEN") {
    const remedy = `Have the credentials of sources.${source} allowed to see it, or correct accounts.${source} of the customer ${customer}.`;
    return failure(
      subject,
      `${customer} is linked to ${reference}, which ${source} does not show us.`,
      remedy,
    );
  }
  return warning(
    subject,
    `${reference} of ${customer} could not be looked up: ${doubt.message}`,
    "Run the doctor again; if it stays, look at the source.",
  );
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await work(items[at] as Item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

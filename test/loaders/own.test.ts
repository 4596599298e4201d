/** An invoice that a source gives twice is in a list once. */
import { expect, test } from "vitest";
import type { Invoice } from "../../src/model/invoice.ts";
import type { Answer, Source } from "../../src/model/source.ts";
import { invoiceOf, memorySource, requestOver } from "./memory.ts";

const everything = { customer: null, withSubCustomers: false };
const order = { field: "NUMBER", direction: "ASC" } as const;
const twice = invoiceOf({ source: "cdn", account: "a1" }, "twice", {
  number: "LT1",
  issuedOn: "2026-05-01",
});
const other = invoiceOf({ source: "cdn", account: "a1" }, "other", {
  number: "LT2",
  issuedOn: "2026-05-02",
});

/** A source that answers every question with the same invoices. */
function answering(invoices: readonly Invoice[], more: Partial<Answer> = {}): Source {
  const source = memorySource("cdn", "ACCOUNT", () => invoices);
  return {
    ...source,
    invoices: {
      ...source.invoices!,
      ask: async () => ({ invoices, fetchedAt: "2026-06-15T12:00:00.000Z", dropped: [], ...more }),
    },
  };
}

test.each([
  ["in one answer", answering([twice, other, twice]), ["a1"]],
  [
    "in the answers to two questions, each of which has it once",
    answering([twice, other], { idsDiffer: true }),
    ["a1", "b2"],
  ],
])("an invoice that comes twice %s is listed and counted once", async (_where, source, accounts) => {
  const { lists } = requestOver([source], accounts);

  const list = await lists.page(everything, {}, order, {});

  expect(list.edges.map(({ node }) => node.key[1])).toEqual(["twice", "other"]);
  expect(list.totalCount).toBe(2);
});

const months = ["2026-01", "2026-02", "2026-03"];

/** A source of which the list of every month holds the invoice, by an id of that month's. */
function repeating(id: string, fails: (month: string) => boolean = () => false): Source {
  const source = memorySource(id, "MONTH", () => [], fails);
  const inMonth = (month: string | null) =>
    invoiceOf({ source: id, account: "a1" }, `of ${month}`, { number: "N1", issuedOn: "2026-02-01" });
  return {
    ...source,
    invoices: {
      ...source.invoices!,
      identityOf: ({ number }) => number ?? "",
      async ask(question, call) {
        const answer = await source.invoices!.ask(question, call);
        return { ...answer, invoices: [inMonth(question.month)] };
      },
    },
  };
}

test.each([
  ["each", () => false, "2026-01"],
  ["each, of which the one between fails,", (key: string) => key.includes("2026-02"), "2026-01"],
  ["each, of which the first fails,", (key: string) => key.includes("2026-01"), "2026-02"],
])("an export writes what three months' lists hold %s once for each source", async (_which, fails, month) => {
  const { exports } = requestOver([repeating("cdn", fails), repeating("edge", fails)], ["a1"]);
  const plan = await exports.plan({ issuedOn: { from: `${months[0]}-01`, to: `${months[2]}-31` } });

  const keys: string[] = [];
  for await (const { invoice } of exports.read(plan, false).rows)
    keys.push(`${invoice.source}: ${invoice.key[1]}`);

  expect(keys).toEqual([`cdn: of ${month}`, `edge: of ${month}`]);
});

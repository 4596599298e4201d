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

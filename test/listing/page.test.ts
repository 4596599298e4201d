/** A page cut from very many short parts lets others have their turn meanwhile. */
import { expect, test } from "vitest";
import { defaultOrder } from "../../src/listing/order.ts";
import { cutPage } from "../../src/listing/page.ts";
import { createPace } from "../../src/model/pace.ts";
import { AskedPart } from "../../src/loaders/part.ts";
import { addDays } from "../../src/model/day.ts";
import type { Customer } from "../../src/model/customer.ts";
import { invoiceOf } from "../loaders/memory.ts";

const customer = { key: "acme", name: "Acme" } as Customer;
const paging = { first: 3, last: null, after: null, before: null };

test("rests between parts of which none is long", async () => {
  const found = Array.from({ length: 30 }, (_, n) => ({
    customer,
    invoice: invoiceOf({ source: "cdn", account: "a1" }, String(n), { issuedOn: "2026-05-01" }),
  }));
  const parts = Array.from({ length: 20_000 }, (_, n) => new AskedPart("cdn", String(n), found));
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 0);

  const page = await cutPage(parts, defaultOrder, paging, { asOf: "2026-06-15", pace: createPace() });

  clearInterval(turning);
  expect(turns).toBeGreaterThan(0);
  expect(page.edges).toHaveLength(3);
});

test.each([
  ["earliest first", (n: number) => n],
  ["latest first", (n: number) => 99 - n],
])(
  "makes no ids but of those days that the page may be about, when a source lists %s",
  async (_order, dayOf) => {
    let made = 0;
    const found = Array.from({ length: 1_000 }, (_, n) => {
      const issuedOn = addDays("2026-01-01", dayOf(Math.floor(n / 10)));
      const invoice = invoiceOf({ source: "cdn", account: "a1" }, String(n), { issuedOn });
      const { id } = invoice;
      const counted = Object.defineProperty({ ...invoice }, "id", { get: () => ((made += 1), id) });
      return { customer, invoice: counted };
    });

    const page = await cutPage([new AskedPart("cdn", "all", found)], defaultOrder, paging, {
      asOf: "2026-06-15",
      pace: createPace(),
    });

    expect(page.edges.map(({ value }) => value)).toEqual(Array.from({ length: 3 }, () => "2026-04-10"));
    expect(made).toBeLessThan(100);
  },
);

/** A page cut from very many short parts lets others have their turn meanwhile. */
import { expect, test } from "vitest";
import { defaultOrder } from "../../src/listing/order.ts";
import { cutPage } from "../../src/listing/page.ts";
import { AskedPart } from "../../src/loaders/part.ts";
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

  const page = await cutPage(parts, defaultOrder, paging, "2026-06-15");

  clearInterval(turning);
  expect(turns).toBeGreaterThan(0);
  expect(page.edges).toHaveLength(3);
});

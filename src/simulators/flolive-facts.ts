/** floLIVE's invoices: one to two for each customer and month, without lines. */
import { amountText } from "./amounts.ts";
import { addDays, addMonths, dayOf, lastDayOf, monthNumber } from "./calendar.ts";
import type { CustomerFact, FloliveInvoiceFact } from "./facts.ts";
import { createRandom } from "./random.ts";

export interface FloliveRecipe {
  seed: number;
  today: string;
  /** The months in which invoices are created, oldest first. */
  months: readonly string[];
  scale: number;
}

/** A customer's invoices up to today, oldest first; the floLIVE API itself would tell only the last 12 months. */
export function createFloliveInvoices(
  recipe: FloliveRecipe,
  customer: CustomerFact,
  index: number,
): FloliveInvoiceFact[] {
  if (customer.flolive === undefined || customer.hasNoInvoices) return [];
  const invoices: FloliveInvoiceFact[] = [];
  const perMonth = Math.max(1, Math.round((1 + (index % 2)) * recipe.scale));
  let number = 1134 + index * Math.max(1000, perMonth * recipe.months.length);
  for (const month of recipe.months) {
    for (let nth = 0; nth < perMonth; nth += 1) {
      invoices.push(createInvoice(recipe.seed, customer, month, nth, number));
      number += 1;
    }
  }
  return invoices.filter((invoice) => invoice.createdAt.slice(0, 10) <= recipe.today);
}

function createInvoice(
  seed: number,
  customer: CustomerFact,
  month: string,
  nth: number,
  number: number,
): FloliveInvoiceFact {
  const { currency, id, flolive } = customer;
  const random = createRandom(seed, `flolive ${id} ${month} ${nth}`);
  const cycle = addMonths(month, -1);
  const net = random.int(100, 900_000);
  const tax = Math.round((net * random.pick([0, 50, 140, 200])) / 1000);
  const disagrees = (monthNumber(month) + nth) % 9 === 4;
  const hasDueDate = (monthNumber(month) + nth) % 5 !== 0;
  const createdOn = dayOf(month, 1 + (nth % 3));
  return {
    id: random.uuid(),
    number: String(number),
    customerId: id,
    floliveCustomerId: flolive!.customerId,
    createdAt: `${createdOn}T0${random.int(0, 9)}:${random.int(10, 59)}:00.977Z`,
    cycleStartAt: `${dayOf(cycle, 1)}T00:00:00.000Z`,
    cycleEndAt: `${lastDayOf(cycle)}T23:59:59.977Z`,
    dueOn: hasDueDate ? addDays(createdOn, random.pick([14, 30, 45])) : null,
    currency,
    net: amountText(net, currency),
    tax: amountText(tax, currency),
    total: amountText(net + tax + (disagrees ? 1 : 0), currency),
    disagrees,
  };
}

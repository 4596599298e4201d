/** What can be wrong between customers: ids that are there twice, parents that are not there or go round in a circle. */
import type { CustomerEntry } from "../directory/create.ts";
import { type Mistake, mistakeAt, type Origin, type Path, pathText } from "./mistake.ts";

/** Every such mistake. `unreadable` holds the ids of customers left out for other mistakes, `pathOf` says where one stands. */
export function findFamilyMistakes(
  customers: readonly CustomerEntry[],
  unreadable: ReadonlySet<unknown>,
  pathOf: (customer: CustomerEntry) => Path,
  origin: Origin,
): Mistake[] {
  const mistakes: Mistake[] = [];
  const byKey = new Map<string, CustomerEntry>();
  for (const customer of customers) {
    const first = byKey.get(customer.key);
    if (first === undefined) {
      byKey.set(customer.key, customer);
      continue;
    }
    const says = `is also the id of ${pathText(pathOf(first))}; every customer needs its own`;
    mistakes.push(mistakeAt([...pathOf(customer), "id"], says, origin));
  }
  for (const customer of customers) {
    const { parentKey } = customer;
    if (parentKey === null || byKey.has(parentKey) || unreadable.has(parentKey)) continue;
    const says = "does not name a customer of this list; it must be the id of one, or null";
    mistakes.push(mistakeAt([...pathOf(customer), "parent"], says, origin));
  }
  for (const circle of circlesOf(byKey)) {
    const [first] = circle;
    if (first === undefined) continue;
    const round = [...circle, first].map((customer) => pathText(pathOf(customer))).join(" -> ");
    const says = `goes round in a circle (${round}); one of them must have another parent, or null`;
    mistakes.push(mistakeAt([...pathOf(first), "parent"], says, origin));
  }
  return mistakes;
}

/** Each circle of parents once. */
function circlesOf(byKey: ReadonlyMap<string, CustomerEntry>): CustomerEntry[][] {
  const circles: CustomerEntry[][] = [];
  const done = new Set<CustomerEntry>();
  for (const start of byKey.values()) {
    const trail: CustomerEntry[] = [];
    const onTrail = new Set<CustomerEntry>();
    let customer: CustomerEntry | undefined = start;
    while (customer !== undefined && !done.has(customer) && !onTrail.has(customer)) {
      trail.push(customer);
      onTrail.add(customer);
      customer = customer.parentKey === null ? undefined : byKey.get(customer.parentKey);
    }
    if (customer !== undefined && onTrail.has(customer)) circles.push(trail.slice(trail.indexOf(customer)));
    for (const seen of trail) done.add(seen);
  }
  return circles;
}

/** What can be wrong between customers: ids that are there twice, parents that are not there or go round in a circle. */
import type { CustomerEntry } from "../directory/create.ts";
import { type Mistake, mistakeAt, type Origin, type Path, pathText } from "./mistake.ts";

/** Every such mistake. `unreadable` holds the ids of customers left out for other mistakes, `pathOf` says where one stands. */
export function findFamilyMistakes(
  customers: readonly CustomerEntry[],
  unreadable: ReadonlySet<unknown>,
  pathOf: (index: number) => Path,
  origin: Origin,
): Mistake[] {
  const mistakes: Mistake[] = [];
  const byKey = new Map<string, number>();
  customers.forEach(({ key }, index) => {
    const first = byKey.get(key);
    if (first === undefined) {
      byKey.set(key, index);
      return;
    }
    const says = `is also the id of ${pathText(pathOf(first))}; every customer needs its own`;
    mistakes.push(mistakeAt([...pathOf(index), "id"], says, origin));
  });
  const parents = customers.map(({ parentKey }, index) => {
    if (parentKey === null) return none;
    const parent = byKey.get(parentKey);
    if (parent !== undefined) return parent;
    if (!unreadable.has(parentKey)) {
      const says = "does not name a customer of this list; it must be the id of one, or null";
      mistakes.push(mistakeAt([...pathOf(index), "parent"], says, origin));
    }
    return none;
  });
  for (const circle of circlesOf(parents)) {
    const [first = none] = circle;
    const round = [...circle, first].map((index) => pathText(pathOf(index))).join(" -> ");
    const says = `goes round in a circle (${round}); one of them must have another parent, or null`;
    mistakes.push(mistakeAt([...pathOf(first), "parent"], says, origin));
  }
  return mistakes;
}

const none = -1;

/** Each circle once. */
function circlesOf(parents: readonly number[]): number[][] {
  const circles: number[][] = [];
  // For each customer the walk upwards that came by first, named by where it began.
  const seenBy = new Int32Array(parents.length).fill(none);
  parents.forEach((_, start) => {
    let at = start;
    while (at !== none && seenBy[at] === none) {
      seenBy[at] = start;
      at = parents[at] ?? none;
    }
    if (at !== none && seenBy[at] === start) circles.push(circleFrom(at, parents));
  });
  return circles;
}

function circleFrom(first: number, parents: readonly number[]): number[] {
  const circle = [first];
  for (let next = parents[first]; next !== undefined && next !== first; next = parents[next])
    circle.push(next);
  return circle;
}

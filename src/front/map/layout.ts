/** Where each box of the map stands: in columns by how far it is from the roots, near what leads to it. */
import type { Box } from "./graph.ts";

export interface Placed {
  readonly box: Box;
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface Layout {
  readonly places: ReadonlyMap<string, Placed>;
  readonly width: number;
  readonly height: number;
}

/** In the picture's own units: about a pixel each. */
export const sizes = { box: 240, head: 28, row: 18, foot: 20, gap: 20, between: 62, margin: 12 } as const;

/** Every box at its place. */
export function layOut(boxes: readonly Box[]): Layout {
  const columnOf = columnsOf(boxes);
  const columns = [0, 1, 2, 3]
    .map((column) => boxes.filter(({ name }) => columnOf.get(name) === column))
    .filter((members) => members.length > 0);
  const heights = columns.map(heightOfColumn);
  const height = Math.max(0, ...heights);
  const places = new Map<string, Placed>();
  for (const [column, members] of columns.entries()) {
    let y = sizes.margin + (height - (heights[column] ?? 0)) / 2;
    for (const box of inOrder(members, boxes, places)) {
      const x = sizes.margin + column * (sizes.box + sizes.between);
      places.set(box.name, { box, column, x, y, height: heightOf(box) });
      y += heightOf(box) + sizes.gap;
    }
  }
  const width = columns.length * (sizes.box + sizes.between) - sizes.between;
  return { places, width: width + 2 * sizes.margin + 44, height: height + 2 * sizes.margin };
}

/** The middle of a row, measured from the top of its box. */
export function rowMiddle(index: number): number {
  return sizes.head + (index + 0.5) * sizes.row + 2;
}

function heightOf({ rows, values }: Box): number {
  return sizes.head + rows.length * sizes.row + (values > 0 ? sizes.foot : 0) + 6;
}

function heightOfColumn(boxes: readonly Box[]): number {
  return boxes.reduce((sum, box) => sum + heightOf(box) + sizes.gap, -sizes.gap);
}

// Ranks by the longest way from a root, and as many of them in a column as keep the columns about equally long.
function columnsOf(boxes: readonly Box[]): ReadonlyMap<string, number> {
  const ranks = ranksOf(boxes);
  const last = Math.max(0, ...ranks.values());
  const heightOfRanks = (from: number, to: number) =>
    heightOfColumn(boxes.filter(({ name }) => (ranks.get(name) ?? 0) >= from && (ranks.get(name) ?? 0) < to));
  let cuts: readonly [number, number] = [last + 1, last + 1];
  let least = Number.POSITIVE_INFINITY;
  for (let first = 2; first <= last + 1; first++)
    for (let second = first; second <= last + 1; second++) {
      const highest = Math.max(
        heightOfRanks(1, first),
        heightOfRanks(first, second),
        heightOfRanks(second, last + 1),
      );
      if (highest < least) [least, cuts] = [highest, [first, second]];
    }
  const columnOf = (rank: number) => (rank === 0 ? 0 : rank < cuts[0] ? 1 : rank < cuts[1] ? 2 : 3);
  return new Map([...ranks].map(([name, rank]) => [name, columnOf(rank)]));
}

// A link back to a type that is on the way already is left out: so ways have an end.
function ranksOf(boxes: readonly Box[]): ReadonlyMap<string, number> {
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const after: string[] = [];
  const forward = new Map<string, string[]>();
  const onTheWay = new Set<string>();
  const visit = (box: Box) => {
    const targets: string[] = [];
    forward.set(box.name, targets);
    onTheWay.add(box.name);
    for (const { type } of box.rows) {
      const next = byName.get(type);
      if (next === undefined || onTheWay.has(type)) continue;
      targets.push(type);
      if (!forward.has(type)) visit(next);
    }
    onTheWay.delete(box.name);
    after.push(box.name);
  };
  for (const box of boxes) if (!forward.has(box.name)) visit(box);
  const ranks = new Map<string, number>(boxes.map(({ name }) => [name, 0]));
  for (const name of after.toReversed())
    for (const target of forward.get(name) ?? [])
      ranks.set(target, Math.max(ranks.get(target) ?? 0, (ranks.get(name) ?? 0) + 1));
  return ranks;
}

// By the middle of what leads here from the columns before.
function inOrder(
  members: readonly Box[],
  boxes: readonly Box[],
  places: ReadonlyMap<string, Placed>,
): readonly Box[] {
  const weightOf = ({ name }: Box) => {
    const ys = boxes.flatMap(({ name: from, rows }) => {
      const place = places.get(from);
      return place === undefined
        ? []
        : rows.flatMap(({ type }, index) => (type === name ? [place.y + rowMiddle(index)] : []));
    });
    return ys.length === 0 ? 0 : ys.reduce((sum, y) => sum + y, 0) / ys.length;
  };
  return members
    .map((box) => ({ box, weight: weightOf(box) }))
    .toSorted((a, b) => a.weight - b.weight)
    .map(({ box }) => box);
}

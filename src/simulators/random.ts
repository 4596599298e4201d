/** Chance that repeats itself: the same seed and label always give the same numbers, in whatever order they are asked for. */

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  isLucky(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  uuid(): string;
}

/** A stream of its own for each label, so that facts can be made lazily. */
export function createRandom(seed: number, label: string): Random {
  let state = hash(label, seed);

  // mulberry32
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  function int(min: number, max: number): number {
    return min + Math.floor(next() * (max - min + 1));
  }

  return {
    next,
    int,
    isLucky: (probability) => next() < probability,
    pick: (items) => items[int(0, items.length - 1)]!,
    uuid() {
      const digits = Array.from({ length: 32 }, () => int(0, 15).toString(16));
      digits[12] = "4";
      digits[16] = "89ab"[int(0, 3)]!;
      return digits.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
  };
}

// FNV-1a, with the seed as its offset.
function hash(text: string, seed: number): number {
  let value = Math.imul(seed ^ 0x811c9dc5, 0x01000193);
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value | 0;
}

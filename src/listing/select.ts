/** The first n of many without sorting them all: a list of 100,000 costs one pass. */

/** The n smallest items, in order. */
export function firstOf<T>(items: readonly T[], n: number, compare: (a: T, b: T) => number): T[] {
  if (n <= 0) return [];
  if (items.length <= 2 * n || items.length <= 256) return [...items].sort(compare).slice(0, n);
  // A heap with the greatest of the n smallest at its root.
  const heap = items.slice(0, n);
  for (let i = (n >> 1) - 1; i >= 0; i--) sink(heap, i, compare);
  for (let i = n; i < items.length; i++) {
    const item = items[i] as T;
    if (compare(item, heap[0] as T) < 0) {
      heap[0] = item;
      sink(heap, 0, compare);
    }
  }
  return heap.sort(compare);
}

function sink<T>(heap: T[], start: number, compare: (a: T, b: T) => number): void {
  const item = heap[start] as T;
  let at = start;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && compare(heap[child + 1] as T, heap[child] as T) > 0) child++;
    if (compare(heap[child] as T, item) <= 0) break;
    heap[at] = heap[child] as T;
    at = child;
  }
  heap[at] = item;
}

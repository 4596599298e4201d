/** The first n of many without keeping them all: a list of 100,000 costs one pass and n places. */

/** The n smallest of what is offered. */
export class Smallest<T> {
  private readonly n: number;
  private readonly compare: (a: T, b: T) => number;
  // In no order while it is not full; then a heap with the greatest of the n smallest at its root.
  private readonly heap: T[] = [];
  private isHeap = false;
  private count = 0;

  constructor(n: number, compare: (a: T, b: T) => number) {
    this.n = n;
    this.compare = compare;
  }

  /** How many were offered. */
  get offered(): number {
    return this.count;
  }

  offer(item: T): void {
    this.count++;
    const { heap, n } = this;
    if (heap.length < n) {
      heap.push(item);
      return;
    }
    if (!this.isHeap) {
      for (let at = (n >> 1) - 1; at >= 0; at--) this.sink(at);
      this.isHeap = true;
    }
    if (n > 0 && this.compare(item, heap[0] as T) < 0) {
      heap[0] = item;
      this.sink(0);
    }
  }

  /** The smallest, in order. Nothing may be offered after that. */
  inOrder(): readonly T[] {
    return this.heap.sort(this.compare);
  }

  private sink(from: number): void {
    const { heap, compare } = this;
    const item = heap[from] as T;
    let at = from;
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
}

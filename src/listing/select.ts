/** The first n of many without keeping them all: a list of 100,000 costs one pass and n places. */

/** The n smallest of what is offered. */
export class Smallest<T> {
  private readonly n: number;
  private readonly compare: (a: T, b: T) => number;
  // A heap with the greatest of the n smallest at its root.
  private readonly heap: T[] = [];
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
    if (heap.length < n) this.rise(heap.push(item) - 1);
    else if (n > 0 && this.compare(item, heap[0] as T) < 0) {
      heap[0] = item;
      this.sink();
    }
  }

  /** The smallest, in order. */
  inOrder(): T[] {
    return [...this.heap].sort(this.compare);
  }

  private rise(from: number): void {
    const { heap, compare } = this;
    const item = heap[from] as T;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (compare(heap[parent] as T, item) >= 0) break;
      heap[at] = heap[parent] as T;
      at = parent;
    }
    heap[at] = item;
  }

  private sink(): void {
    const { heap, compare } = this;
    const item = heap[0] as T;
    let at = 0;
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

/** Work on many things side by side, whose results come in the things' own order. */

/** The results, at most `width` of them under way or waiting. `task` must not reject: nobody may be listening yet. */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  width: number,
  task: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for (const item of items) {
    underWay.push(task(item));
    const [first] = underWay;
    if (first !== undefined && underWay.length >= width) {
      underWay.shift();
      yield await first;
    }
  }
  for (const rest of underWay) yield await rest;
}

/** Promises remembered by key. */

/** The promise under this key, made at the first time of asking. */
export function once<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let promise = memory.get(key);
  if (promise === undefined) memory.set(key, (promise = make()));
  return promise;
}

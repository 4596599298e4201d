/** A memory of one: for what everybody asks of the same day. */

/** `make`, whose last result is given again for as long as it is asked of the same key. */
export function ofLast<Key, Made>(make: (key: Key) => Made): (key: Key) => Made {
  let last: { readonly key: Key; readonly made: Made } | null = null;
  return (key) => {
    if (last === null || last.key !== key) last = { key, made: make(key) };
    return last.made;
  };
}

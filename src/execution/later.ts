/** Values that come later: each is written in its turn, so that thousands that come together do not hold the event loop. */
import type { Run } from "./plan.ts";
import { isPromise, type Text, type Written } from "./text.ts";

/** What `write` makes of the value once it has come, or `fail` of why it has not, or came when nobody waited for it any more. */
export function whenCome(
  { pace }: Run,
  value: Promise<unknown>,
  write: (come: unknown) => Text,
  fail: (thrown: unknown) => Text,
): Promise<Written> {
  return value.then(
    (come) => {
      const over = pace.over();
      if ((over === null && !pace.isDue()) || isOtherIterable(come)) return write(come);
      if (Array.isArray(come)) hear(come);
      return over === null ? pace.rest().then(() => write(come), fail) : fail(over);
    },
    (thrown: unknown) => {
      const goOn = () => fail(thrown);
      return pace.isDue() ? pace.rest().then(goOn, goOn) : goOn();
    },
  );
}

// Its items cannot be heard before they are read, which is done but once: such a list rests between them, and not before.
function isOtherIterable(come: unknown): boolean {
  return isIterableObject(come) && !Array.isArray(come);
}

/** Is it a list to GraphQL, unless its items come later? */
export function isIterableObject(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

const ignore = () => {};

/** Nobody waits yet, or any more, for the items from there on: that one of them fails must not end the process. */
export function hear(items: readonly unknown[], from = 0): void {
  for (let i = from; i < items.length; i++) {
    const item = items[i];
    if (isPromise(item)) item.then(undefined, ignore);
  }
}

/** The states of something that goes on without us, such as an export, until it is over. */
import { toFailure } from "../model/errors.ts";
import type { Outlet } from "./outlet.ts";

export interface Follow<T> {
  /** How it stands. What it throws ends the stream. */
  read(): Promise<T>;
  /** Equal for states of which a listener need not be told both. */
  digest(state: T): string;
  isOver(state: T): boolean;
}

const everyMs = 1_000;

/** The first state at once, then each that differs from the one before; a slow reader gets the latest only. */
export function follow<T extends object>(
  { read, digest, isOver, prove }: Follow<T> & { readonly prove: () => Promise<void> },
  open: (take: () => T | null, onEnd: () => void) => Outlet<T>,
): AsyncIterableIterator<T> {
  let latest: T | null = null;
  let told: string | null = null;
  let isLast = false;
  let timer: NodeJS.Timeout | null = null;

  function take(): T | null {
    const state = latest;
    latest = null;
    if (state === null && isLast) outlet.end(null);
    return state;
  }

  async function look(): Promise<void> {
    try {
      if (told !== null) await prove();
      const state = await read();
      if (outlet.hasEnded()) return;
      isLast = isOver(state);
      if (digest(state) !== told) latest = state;
      told = digest(state);
      outlet.wake();
      if (!isLast) timer = setTimeout(() => void look(), everyMs);
    } catch (thrown) {
      outlet.end(toFailure(thrown));
    }
  }

  const outlet = open(take, () => {
    if (timer !== null) clearTimeout(timer);
  });
  void look();
  return outlet.stream;
}

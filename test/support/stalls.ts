/** Tells a slow product from a machine that gives this process no time, for tests of how long something takes. */

const everyMs = 5;

export interface Stalls {
  /** For how long, between two moments of performance.now(), this process wanted to go on and was not let. */
  between(from: number, to: number): number;
  /** Milliseconds since that moment, less those stalls. */
  since(from: number): number;
  stop(): void;
}

interface Stall {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

/**
 * Watches by a timer of this process: how late it is, less the CPU time that was used meanwhile. A loop that is late because of the
 * product's own work is no stall. Stop it when done.
 */
export function watchStalls(): Stalls {
  const stalls: Stall[] = [];
  let seenAt = performance.now();
  let usedMs = cpuMs();
  function look(): void {
    const at = performance.now();
    const used = cpuMs();
    const ms = at - seenAt - Math.max(everyMs, used - usedMs);
    if (ms > 1) stalls.push({ from: seenAt, to: at, ms });
    [seenAt, usedMs] = [at, used];
  }
  const timer = setInterval(look, everyMs);
  function between(from: number, to: number): number {
    // What is measured may end before the timer had its turn.
    look();
    return stalls
      .filter((stall) => stall.to > from && stall.from < to)
      .reduce((sum, stall) => sum + Math.min(stall.ms, stall.to - from, to - stall.from), 0);
  }
  return {
    between,
    since(from) {
      const to = performance.now();
      return to - from - between(from, to);
    },
    stop: () => clearInterval(timer),
  };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

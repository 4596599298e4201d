/** Which of several processes have fallen silent: each says now and then that it lives, and one whose event loop is blocked cannot. */

/** A process says so often that it lives, in milliseconds. */
export const beatEveryMs = 5_000;

const silentAfterMs = 30_000;

/** Watches over processes of some kind, by when they were last heard of. Times are in milliseconds of one clock that only goes forward. */
export class Vigil<Process extends object> {
  private heardAt = new Map<Process, number>();
  private lookedAt: number | null = null;

  /** It has said something; it is watched from the first time on. */
  heard(process: Process, now: number): void {
    this.heardAt.set(process, now);
  }

  /** It has ended. */
  forget(process: Process): void {
    this.heardAt.delete(process);
  }

  /** Those that were not heard of for 30 s. Asked every few seconds: what was said while nobody could listen is yet to be heard. */
  silent(now: number): Process[] {
    const wasAway = this.lookedAt !== null && now - this.lookedAt > 2 * beatEveryMs;
    this.lookedAt = now;
    if (wasAway) for (const process of this.heardAt.keys()) this.heardAt.set(process, now);
    return [...this.heardAt].filter(([, at]) => now - at > silentAfterMs).map(([process]) => process);
  }
}

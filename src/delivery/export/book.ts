/** Where exports are written down: a port, and the book of a single process. */
import { type ExportJob, isOver } from "./job.ts";

/** How many exports there may be: waiting, running, or with a file that is still kept. */
export interface BookLimits {
  readonly perViewer: number;
  readonly inAll: number;
}

/** Whose limit was reached, and when the first of those exports is gone (null: none has ended yet). */
export interface Refused {
  readonly by: keyof BookLimits;
  readonly untilAt: string | null;
}

/**
 * States replace each other until one is an end: that one stays. An export is forgotten when its `expiresAt` has passed. A book
 * that several processes share may throw STORAGE_UNAVAILABLE, and ends what no process has saved for a while.
 */
export interface ExportBook {
  /** Takes a new one in, unless a limit is reached: in one step, so that many at once cannot pass it. */
  admit(job: ExportJob, limits: BookLimits): Promise<Refused | null>;
  /** Writes a state down, and shows that its process lives. Gives what stands there now: an end that came first, or this state. */
  save(job: ExportJob): Promise<ExportJob>;
  find(id: string): Promise<ExportJob | null>;
}

/** Exports that came to nothing count for no limit, and only so many of them are remembered. */
export const mostWithoutFile = 1_000;

/** A book in memory. */
export function createExportBook(now: () => number): ExportBook {
  const jobs = new Map<string, ExportJob>();

  function sweep(): void {
    for (const [id, job] of jobs) if (isGone(job, now())) jobs.delete(id);
    const withoutFile = [...jobs.values()].filter((job) => isOver(job) && job.file === null);
    for (const { id } of withoutFile.slice(0, -mostWithoutFile)) jobs.delete(id);
  }

  return {
    async admit(job, limits) {
      sweep();
      const counted = [...jobs.values()].filter((each) => !isOver(each) || each.file !== null);
      const own = counted.filter(({ viewer }) => viewer.id === job.viewer.id);
      if (own.length >= limits.perViewer) return { by: "perViewer", untilAt: firstExpiry(own) };
      if (counted.length >= limits.inAll) return { by: "inAll", untilAt: firstExpiry(counted) };
      jobs.set(job.id, job);
      return null;
    },
    async save(job) {
      const held = jobs.get(job.id);
      if (held !== undefined && isOver(held)) return held;
      jobs.set(job.id, job);
      return job;
    },
    async find(id) {
      const job = jobs.get(id);
      return job === undefined || isGone(job, now()) ? null : job;
    },
  };
}

/** Is its time over? `now` in epoch milliseconds. */
export function isGone({ expiresAt }: ExportJob, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now;
}

function firstExpiry(jobs: readonly ExportJob[]): string | null {
  return (
    jobs
      .map(({ expiresAt }) => expiresAt)
      .filter((at) => at !== null)
      .sort()[0] ?? null
  );
}

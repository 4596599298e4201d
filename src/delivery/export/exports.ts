/** Exports as jobs: they outlive the request that ordered them, take turns, and end with a stored file. */
import { randomBytes } from "node:crypto";
import { Failure, toFailure } from "../../model/errors.ts";
import type { Viewer } from "../../model/viewer.ts";
import type { ExportLimits } from "../config.ts";
import type { ExportBook, Refused } from "./book.ts";
import { createEntry, type Entry } from "./entry.ts";
import { type ExportJob, type ExportOrder, isOver, newJob } from "./job.ts";
import { createQueue } from "./queue.ts";
import { type Run, type RunOptions, runExport } from "./run.ts";

/** Exports of whole lists. Somebody else's export looks like one that does not exist. */
export interface Exports {
  /** Throws LIMIT_EXCEEDED, with what to do, when there are too many. */
  start(order: ExportOrder): Promise<ExportJob>;
  find(id: string, viewer: Viewer): Promise<ExportJob | null>;
  /** Ends it, unless it has ended by itself; its upstream calls end with it. */
  cancel(id: string, viewer: Viewer): Promise<ExportJob | null>;
  /** Ends all as EXPORT_INTERRUPTED, and waits until nothing of them is left at work. */
  close(): Promise<void>;
}

/** What exports need. */
export interface ExportsOptions extends Omit<RunOptions, "signal"> {
  readonly book: ExportBook;
  /** Told what goes wrong on our side, for the log. */
  readonly onProblem: (failure: Failure) => void;
}

const lookEveryMs = 200;
// A shared book ends what it has heard nothing of for some seconds, also what waits for its turn.
const beatEveryMs = 2_000;

/** Exports that this process runs, in a book that others may share. */
export function createExports(options: ExportsOptions): Exports {
  const { limits, book, now, onProblem } = options;
  const live = new Map<string, Entry>();
  const queue = createQueue(limits.atOnce);
  let isClosing = false;
  let isBookOut = false;
  const beat = setInterval(() => {
    for (const entry of live.values()) entry.change({});
  }, beatEveryMs).unref();

  // Once for each time that the book cannot be had.
  function onWritten(thrown: unknown): void {
    if (thrown !== null && !isBookOut) onProblem(toFailure(thrown));
    isBookOut = thrown !== null;
  }

  function endAt(expiresAt = now() + limits.keepSeconds * 1000) {
    return { endedAt: toInstant(now()), expiresAt: toInstant(expiresAt) };
  }

  async function run(order: ExportOrder, entry: Entry): Promise<void> {
    entry.change({ status: "RUNNING", startedAt: toInstant(now()) });
    let work: Run | null = null;
    const look = setInterval(() => entry.change(work?.state() ?? {}), lookEveryMs);
    try {
      work = runExport(order, { ...options, signal: entry.signal });
      const file = await work.done;
      entry.change({ ...work.state(), ...endAt(file.expiresAt), status: "READY", file });
    } catch (thrown) {
      const failure = toFailure(thrown);
      const { code } = failure;
      if (code === "INTERNAL" || code === "STORAGE_UNAVAILABLE") onProblem(failure);
      entry.change({ ...work?.state(), ...endAt(), ...failedBy(failure) });
    } finally {
      clearInterval(look);
    }
  }

  async function own(id: string, viewer: Viewer): Promise<ExportJob | null> {
    const job = live.get(id)?.job() ?? (await book.find(id));
    return job !== null && isOf(job, viewer) ? job : null;
  }

  return {
    async start(order) {
      const job = newJob(randomBytes(18).toString("base64url"), order, now());
      const refused = await book.admit(job, limits);
      if (refused !== null) throw tooMany(refused, limits);
      const onEnd = () => void live.delete(job.id);
      const entry = createEntry(job, { book, isClosing: () => isClosing, onWritten, onEnd });
      live.set(job.id, entry);
      entry.leaveQueueBy(queue.add(order.viewer.id, () => run(order, entry)));
      return entry.job();
    },
    find: own,
    async cancel(id, viewer) {
      const job = await own(id, viewer);
      const entry = live.get(id);
      if (job === null || isOver(job)) return job;
      // The process that runs it hears of that when it writes its next state.
      if (entry === undefined) return book.save({ ...job, status: "CANCELLED", ...endAt() });
      entry.stop({ status: "CANCELLED", ...endAt() });
      return entry.job();
    },
    async close() {
      isClosing = true;
      clearInterval(beat);
      const left = [...live.values()];
      for (const entry of left) entry.stop({ ...endAt(), ...failedBy(new Failure("EXPORT_INTERRUPTED")) });
      await Promise.all(left.map((entry) => entry.settled()));
      await queue.idle();
    },
  };
}

function failedBy({ code, message, retryable }: Failure) {
  return { status: "FAILED", failure: { code, message, retryable } } as const;
}

function toInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

// A credential that has moved to another customer is another viewer.
function isOf({ viewer }: ExportJob, { id, role, customerId }: Viewer): boolean {
  return viewer.id === id && viewer.role === role && viewer.customerId === customerId;
}

function tooMany({ by, untilAt }: Refused, limits: ExportLimits): Failure {
  const who =
    by === "perViewer"
      ? `You have ${limits.perViewer} exports, the most that one viewer may have`
      : `There are ${limits.inAll} exports, the most that all viewers together may have`;
  const wait =
    untilAt === null ? "wait until one of them has ended" : `wait until ${untilAt}, when the first is gone`;
  return new Failure("LIMIT_EXCEEDED", {
    message: `${who}: cancel one that is still under way, or ${wait}.`,
    retryable: true,
    retryAt: untilAt ?? undefined,
  });
}

/** Exports as jobs: they outlive the request that ordered them, take turns, and end with a stored file. */
import { randomBytes } from "node:crypto";
import { Failure, toFailure } from "../../model/errors.ts";
import type { Viewer } from "../../model/viewer.ts";
import type { ExportLimits } from "../config.ts";
import type { ExportBook, Refused } from "./book.ts";
import { type ExportJob, type ExportOrder, isOver } from "./job.ts";
import { createQueue } from "./queue.ts";
import { type Run, type RunOptions, runExport } from "./run.ts";

/** Exports of whole lists. Somebody else's export looks like one that does not exist. */
export interface Exports {
  /** Throws LIMIT_EXCEEDED, with what to do, when there are too many. */
  start(order: ExportOrder): Promise<ExportJob>;
  find(id: string, viewer: Viewer): Promise<ExportJob | null>;
  /** Ends it, unless it has ended by itself; its upstream calls end with it. */
  cancel(id: string, viewer: Viewer): Promise<ExportJob | null>;
  /** Cancels all, and waits until nothing of them is left at work. */
  close(): Promise<void>;
}

/** What exports need. */
export interface ExportsOptions extends Omit<RunOptions, "signal"> {
  readonly book: ExportBook;
  /** Told what goes wrong on our side, for the log. */
  readonly onProblem: (failure: Failure) => void;
}

interface Live {
  readonly order: ExportOrder;
  readonly stop: AbortController;
  job: ExportJob;
  /** States are written down one after the other. */
  saved: Promise<void>;
  leaveQueue: () => void;
}

const lookEveryMs = 200;

/** Exports that this process runs. */
export function createExports(options: ExportsOptions): Exports {
  const { limits, book, now, onProblem } = options;
  const live = new Map<string, Live>();
  const queue = createQueue(limits.atOnce);

  function change(entry: Live, next: Partial<ExportJob>): void {
    if (isOver(entry.job)) return;
    entry.job = { ...entry.job, ...next };
    const { job } = entry;
    entry.saved = entry.saved
      .then(() => book.save(job))
      .catch((thrown: unknown) => onProblem(toFailure(thrown)));
  }

  function end(entry: Live, next: Partial<ExportJob>): void {
    const at = now();
    const expiresAt = next.file?.expiresAt ?? at + limits.keepSeconds * 1000;
    change(entry, { ...next, endedAt: toInstant(at), expiresAt: toInstant(expiresAt) });
    void entry.saved.then(() => live.delete(entry.job.id));
  }

  async function run(entry: Live): Promise<void> {
    change(entry, { status: "RUNNING", startedAt: toInstant(now()) });
    let work: Run | null = null;
    const look = setInterval(() => change(entry, work?.state() ?? {}), lookEveryMs);
    try {
      work = runExport(entry.order, { ...options, signal: entry.stop.signal });
      const file = await work.done;
      end(entry, { ...work.state(), status: "READY", file });
    } catch (thrown) {
      const failure = toFailure(thrown);
      const { code, message, retryable } = failure;
      if (code === "INTERNAL" || code === "STORAGE_UNAVAILABLE") onProblem(failure);
      end(entry, { ...work?.state(), status: "FAILED", failure: { code, message, retryable } });
    } finally {
      clearInterval(look);
    }
  }

  async function own(id: string, viewer: Viewer): Promise<ExportJob | null> {
    const job = live.get(id)?.job ?? (await book.find(id));
    return job !== null && isOf(job, viewer) ? job : null;
  }

  function cancel(entry: Live): void {
    entry.leaveQueue();
    end(entry, { status: "CANCELLED" });
    entry.stop.abort();
  }

  return {
    async start(order) {
      const job = newJob(order, now());
      const refused = await book.admit(job, limits);
      if (refused !== null) throw tooMany(refused, limits);
      const entry: Live = {
        order,
        job,
        stop: new AbortController(),
        saved: Promise.resolve(),
        leaveQueue: () => {},
      };
      live.set(job.id, entry);
      entry.leaveQueue = queue.add(order.viewer.id, () => run(entry));
      return entry.job;
    },
    find: own,
    async cancel(id, viewer) {
      const job = await own(id, viewer);
      const entry = live.get(id);
      if (job === null || entry === undefined) return job;
      cancel(entry);
      return entry.job;
    },
    async close() {
      for (const entry of live.values()) cancel(entry);
      await queue.idle();
    },
  };
}

function newJob({ viewer, format, rows }: ExportOrder, now: number): ExportJob {
  return {
    id: randomBytes(18).toString("base64url"),
    viewer: { id: viewer.id, role: viewer.role, customerId: viewer.customerId },
    format,
    rows,
    status: "QUEUED",
    createdAt: toInstant(now),
    startedAt: null,
    endedAt: null,
    expiresAt: null,
    rowsWritten: 0,
    progress: 0,
    sources: [],
    isComplete: null,
    file: null,
    failure: null,
  };
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

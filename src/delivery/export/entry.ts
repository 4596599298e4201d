/** One export at work here: its state, written down in the book as it changes, and what ends it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type EndSignal, Ending } from "../../model/ending.ts";
import type { ExportBook } from "./book.ts";
import { type ExportJob, isOver } from "./job.ts";

/** What an entry needs. */
export interface EntryOptions {
  readonly book: ExportBook;
  /** Does nobody wait any more for a book that cannot be reached? */
  readonly isClosing: () => boolean;
  /** Told of every try to write, with what it threw or null. */
  readonly onWritten: (thrown: unknown) => void;
  /** The last state is written down. */
  readonly onEnd: () => void;
}

/** An export that this process runs or lets wait. */
export interface Entry {
  /** Ends the export and its upstream calls. */
  readonly signal: EndSignal;
  job(): ExportJob;
  /** Takes over what has changed, unless it has ended; writes it down, also when nothing has. */
  change(next: Partial<ExportJob>): void;
  /** Ends it with this state, whatever it is doing. */
  stop(next: Partial<ExportJob>): void;
  /** Told by its place in the queue how to leave it. */
  leaveQueueBy(leave: () => void): void;
  /** Settles when nothing is being written down. */
  settled(): Promise<void>;
}

const againAfterMs = 500;

/** An entry for an export that the book has admitted. */
export function createEntry(admitted: ExportJob, options: EntryOptions): Entry {
  const { book, isClosing, onWritten, onEnd } = options;
  const ending = new Ending();
  let job = admitted;
  let written = admitted;
  let writing: Promise<void> | null = null;
  let leaveQueue: (() => void) | null = null;

  async function write(): Promise<void> {
    while (written !== job) {
      const state = job;
      try {
        const held = await book.save(state);
        onWritten(null);
        written = state;
        // Another process has cancelled it, or has taken this one for dead.
        if (isOver(held) && !isOver(state)) end(held);
      } catch (thrown) {
        onWritten(thrown);
        // How far it is will be written again soon; an end must not get lost while there is somebody to write it.
        if (!isOver(job) || isClosing()) break;
        await sleep(againAfterMs);
      }
    }
    writing = null;
    if (isOver(job)) onEnd();
  }

  function end(held: ExportJob): void {
    job = held;
    written = held;
    leaveQueue?.();
    ending.end();
  }

  function change(next: Partial<ExportJob>): void {
    if (isOver(job)) return;
    job = { ...job, ...next };
    writing ??= write();
  }

  return {
    signal: ending,
    job: () => job,
    change,
    stop(next) {
      leaveQueue?.();
      change(next);
      ending.end();
    },
    leaveQueueBy(leave) {
      leaveQueue = leave;
    },
    async settled() {
      await writing;
    },
  };
}

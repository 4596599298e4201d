/** One export at work: reads, writes, stores; can be asked how far it is. */
import type { EndSignal } from "../../model/ending.ts";
import { Failure, toFailure } from "../../model/errors.ts";
import { writeId } from "../../model/id.ts";
import { timed } from "../clock.ts";
import type { ExportLimits } from "../config.ts";
import type { Scratch } from "../scratch.ts";
import type { Store, StoredFile } from "../store.ts";
import type { ExportJob, ExportOrder } from "./job.ts";
import { exportTypes, writeExport } from "./write.ts";

/** Where an export goes, and what ends it. */
export interface RunOptions {
  readonly limits: ExportLimits;
  readonly scratch: Scratch;
  readonly store: Store;
  readonly now: () => number;
  /** Ends the export and its upstream calls. */
  readonly signal: EndSignal;
}

/** An export that has begun. */
export interface Run {
  state(): Pick<ExportJob, "rowsWritten" | "progress" | "sources" | "isComplete">;
  /** The stored file. Rejects with the reason that ended it. */
  readonly done: Promise<StoredFile>;
}

const pastDeadlineMs = 60_000;

/** Begins to read and to write. */
export function runExport(order: ExportOrder, { limits, scratch, store, now, signal }: RunOptions): Run {
  const { viewer, format, rows } = order;
  const call = timed({ signal, deadlineAt: Date.now() + limits.timeoutMs });
  // The sources would give up shortly before a deadline of theirs and be blamed for ours: the signal ends them instead.
  const reading = order.read({ signal: call.signal, deadlineAt: call.deadlineAt + pastDeadlineMs });
  const customers = new Set<string>();
  let rowsWritten = 0;
  let isRead = false;

  async function run(): Promise<StoredFile> {
    try {
      const body = writeExport(format, rows, reading, ({ customer }, count) => {
        customers.add(customer.id);
        rowsWritten += count;
      });
      const tooLarge = () => tooLargeFor(limits.maxBytes);
      const file = await scratch.write(body, { maxBytes: limits.maxBytes, tooLarge, signal: call.signal });
      isRead = true;
      // Without a row there is nothing of anybody's in it but its viewer's own question.
      const own = viewer.customerId === null ? [] : [writeId("Customer", [viewer.customerId])];
      return await store.put(file, {
        fileName: `invoices_${new Date(now()).toISOString().slice(0, 10)}.${format.toLowerCase()}`,
        contentType: exportTypes[format],
        customers: customers.size > 0 ? [...customers] : own,
        expiresAt: now() + limits.keepSeconds * 1000,
      });
    } catch (thrown) {
      throw toFailure(thrown).code === "DEADLINE_EXCEEDED" ? tooLongFor(limits.timeoutMs) : thrown;
    } finally {
      call.stop();
    }
  }

  return {
    done: run(),
    state: () => ({
      rowsWritten,
      progress: reading.progress(),
      sources: reading.reports(),
      isComplete: isRead ? reading.isComplete() : null,
    }),
  };
}

function tooLongFor(timeoutMs: number): Failure {
  return new Failure("DEADLINE_EXCEEDED", {
    message: `The export did not end within ${timeoutMs / 1000} s: narrow its filter, or ask for rows INVOICES.`,
  });
}

function tooLargeFor(maxBytes: number): Failure {
  return new Failure("LIMIT_EXCEEDED", {
    message: `The export would be larger than ${maxBytes} bytes: narrow its filter, or ask for rows INVOICES.`,
  });
}

/** Delivery for a plan: asks sources for the files that would be fetched, and delivers nothing. */
import type { Delivery, DownloadItem, DownloadRequest, DownloadResult } from "./delivery.ts";
import { newJob } from "./export/job.ts";
import { batchOf, inBatches } from "./source-files.ts";
import type { Call, Source } from "../model/source.ts";

const nothing: DownloadResult = { status: "FAILED", files: [], failures: [] };

/** Over sources that ask nothing; every ask is written down by `call`. */
export function plannedDelivery(sources: ReadonlyMap<string, Source>, call: Call): Delivery {
  async function download({ items, format }: DownloadRequest): Promise<DownloadResult> {
    for (const group of groupsOf(items)) {
      const files = sources.get(group[0]?.invoice.source ?? "")?.files;
      if (files === undefined) continue;
      const offered = group.map(({ invoice }) => invoice).filter((invoice) => files.offers(invoice, format));
      for (const batch of inBatches(offered, files.maxBatch))
        for await (const _file of files.fetch(batch, format, call));
    }
    return nothing;
  }

  return {
    download,
    exports: {
      async start(order) {
        for await (const _row of order.read(call).rows);
        return { ...newJob("", order, 0), status: "CANCELLED" };
      },
      find: async () => null,
      cancel: async () => null,
      close: async () => {},
    },
    linkTo: async () => null,
    createRoute: () => async () => {},
    close: async () => {},
  };
}

function groupsOf(items: readonly DownloadItem[]): DownloadItem[][] {
  const groups = new Map<string, DownloadItem[]>();
  for (const item of items) {
    const key = batchOf(item.invoice);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

/** What the documents of the upstreams contradict themselves in, all at once: the other way than the simulators usually do it. */
import type { SimulatorsOptions } from "./index.ts";

/** Options for startSimulators(). Every record can still be read. */
export const contradictions = {
  flolive: {
    quirks: {
      cycleNames: "table",
      dueDateTime: true,
      textAmounts: true,
      customerIDSpelling: true,
      singleAsObject: true,
      emptyContent: "null",
    },
  },
  akamai: {
    quirks: ["textIds", "fileFormat", "singleObjects", "explicitNulls", "invoiceArray", "debitWord"],
    requestsPerMinute: 100_000,
  },
  v6: { quirks: { tableDates: true, numericCodes: true, trailingCommas: true } },
  ddapi: { quirks: { reverseTax: true, valuesAsText: true, freeDeliveryMonthAsNumber: true } },
} as const satisfies NonNullable<SimulatorsOptions["each"]>;

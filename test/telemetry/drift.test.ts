/** The count of drift: by source, with its times, and within bounds. */
import { expect, it } from "vitest";
import type { Drift } from "../../src/model/drift.ts";
import { createDriftLedger } from "../../src/telemetry/drift.ts";

const drift: Drift = { kind: "UNKNOWN_FIELD", record: "invoice", field: "extra", expected: "", seen: "text" };

it("keeps sources apart, the most frequent first, with the first and the last time", async () => {
  let now = Date.parse("2026-11-22T10:00:00Z");
  const ledger = createDriftLedger(() => now);
  const recorder = ledger.recorderOf("freight");
  const count = recorder.counterOf(drift);

  recorder.counterOf({ ...drift, field: "other" })();
  count();
  await Promise.resolve();
  now += 60_000;
  count();
  recorder.examinedOf("invoice")();

  expect(ledger.read("freight")).toMatchObject({
    entries: [
      {
        field: "extra",
        count: 2,
        examined: 1,
        firstSeenAt: "2026-11-22T10:00:00.000Z",
        lastSeenAt: "2026-11-22T10:01:00.000Z",
      },
      { field: "other", count: 1 },
    ],
    others: 0,
    byKind: { UNKNOWN_FIELD: 3, MISSING_FIELD: 0 },
  });
  expect(ledger.read("cdn").entries).toEqual([]);
});

it("keeps a hundred entries of a source, and counts what is beyond", () => {
  const ledger = createDriftLedger();
  const recorder = ledger.recorderOf("freight");

  for (let index = 0; index < 1_000; index++) recorder.counterOf({ ...drift, field: `f${index}` })();

  const { entries, others, byKind } = ledger.read("freight");
  expect(entries).toHaveLength(100);
  expect(others).toBe(900);
  expect(byKind.UNKNOWN_FIELD).toBe(1_000);
});

it("counts one thing once, whoever counts it", () => {
  const ledger = createDriftLedger();
  const recorder = ledger.recorderOf("freight");

  recorder.counterOf(drift)();
  recorder.counterOf({ ...drift })();

  expect(ledger.read("freight").entries).toMatchObject([{ count: 2 }]);
});

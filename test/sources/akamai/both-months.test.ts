/** An invoice that the lists of two usage months hold is one invoice: no document says that only one month's list has it. */
import { expect, test } from "vitest";
import { startTestApp } from "../../support/app.ts";

const today = "2026-03-15";
const now = () => Date.UTC(2026, 2, 15, 12);

const text = `query ($issuedOn: DayRangeInput!) {
  invoices(first: 100, filter: { sources: ["cdn"], issuedOn: $issuedOn }) {
    totalCount
    isComplete
    nodes { id number totalAmount }
    totals { currency count totalAmount }
  }
}`;
const exporting = `mutation ($issuedOn: DayRangeInput!) {
  exportInvoices(input: { format: JSONL, filter: { sources: ["cdn"], issuedOn: $issuedOn } }) { id }
}`;
const exported = `query ($id: ID!) { invoiceExport(id: $id) { status rowsWritten } }`;

async function open(list: "contract" | "account", quirks: readonly "bothMonths"[]) {
  return startTestApp({
    today,
    now,
    each: { akamai: { now, quirks } },
    sections: ({ sources }) => ({ sources: { ...sources, cdn: { ...sources["cdn"], list } } }),
  });
}

async function found(app: Awaited<ReturnType<typeof open>>, issuedOn: object) {
  const { data } = await app.query(text, { issuedOn });
  const job = await app.query(exporting, { issuedOn });
  const { id } = job.data.exportInvoices;
  const look = async () => (await app.query(exported, { id })).data.invoiceExport;
  await expect.poll(async () => (await look()).status).toBe("READY");
  return { ...data.invoices, rows: (await look()).rowsWritten };
}

test.each(["contract", "account"] as const)(
  "asked by %s, what two months hold is listed, summed and exported once, under one id in every list",
  async (list) => {
    const once = await open(list, []);
    const twice = await open(list, ["bothMonths"]);
    const range = { from: "2026-01-01", to: "2026-03-15" };

    const expected = await found(once, range);
    const whole = await found(twice, range);
    const part = await found(twice, { from: "2026-02-01", to: "2026-02-28" });

    expect(expected.totalCount).toBeGreaterThan(3);
    expect(whole).toEqual(expected);
    const ids = whole.nodes.map(({ id }: { id: string }) => id);
    expect(part.nodes.length).toBeGreaterThan(0);
    for (const { id } of part.nodes) expect(ids).toContain(id);
    await once.close();
    await twice.close();
  },
);

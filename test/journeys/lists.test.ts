import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMonths, monthOf } from "../../src/model/day.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

const today = new Date().toISOString().slice(0, 10);
const lastMonth = addMonths(monthOf(today), -1);
const yearsAgo = (n: number) => `${Number(today.slice(0, 4)) - n}${today.slice(4, 8)}01`;

const completeness = `isComplete totalCount sources {
  source { id } status count asked { from to } covered { from to } missing { from to cause reason } errors { code retryable }
}`;

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app.close());

// Without a cache, so that what fails is missed; by itself, because a source that fails is left alone for a while.
async function withFreshApp(run: (fresh: TestApp) => Promise<void>): Promise<void> {
  const fresh = await startTestApp({ sections: () => ({ cache: { enabled: false } }) });
  try {
    await run(fresh);
  } finally {
    await fresh.close();
  }
}

interface Report {
  readonly source: { readonly id: string };
  readonly status: string;
  readonly missing: readonly { from: string; to: string; cause: string; reason: string }[];
  readonly [field: string]: unknown;
}

const reportOf = (list: { sources: readonly Report[] }, id: string) =>
  list.sources.find(({ source }) => source.id === id);

async function allPages(from: TestApp, args: string, size: number, afterPage: () => void = () => {}) {
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 500; page++) {
    const { data, errors } = await from.query(
      `query ($after: String) { invoices(first: ${size}, after: $after ${args}) {
        isComplete nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    expect(errors).toBeUndefined();
    ids.push(...data.invoices.nodes.map(({ id }: { id: string }) => id));
    after = data.invoices.pageInfo.endCursor;
    if (!data.invoices.pageInfo.hasNextPage && data.invoices.isComplete) return ids;
    afterPage();
  }
  throw new Error("the pages do not end");
}

describe("A list over four sources", () => {
  test("is the same page by page as at once, although two of its sources cannot page", async () => {
    const from = `${addMonths(monthOf(today), -10)}-01`;
    const filter = `, filter: { issuedOn: { from: "${from}" } }, orderBy: { field: TOTAL_AMOUNT, direction: DESC }`;

    const small = await allPages(app, filter, 23);

    expect(small.length).toBeGreaterThan(100);
    expect(small).toEqual(await allPages(app, filter, 100));
  });

  test("holds everything once when a source fails on a page and is back on the next", async () => {
    await withFreshApp(async (fresh) => {
      const filter = `, filter: { issuedOn: { from: "${lastMonth}-01", to: "${today}" } }`;
      const whole = await allPages(fresh, filter, 100);
      // The page that it fails on would have held some of its invoices, whatever day of the month it is.
      const isOfFreight = (id: string) => Buffer.from(id, "base64url").toString().includes(":freight:");
      const size = Math.max(15, whole.findIndex(isOfFreight) + 1);
      fresh.simulators.v6.setFault({ kind: "status", status: 401 });

      const { data } = await fresh.query(`{ invoices(first: 1 ${filter}) { isComplete } }`);
      const ids = await allPages(fresh, filter, size, () => fresh.simulators.v6.setFault(null));

      expect(data.invoices.isComplete).toBe(false);
      expect(ids).toHaveLength(whole.length);
      expect(new Set(ids)).toEqual(new Set(whole));
      expect(ids).not.toEqual(whole);
    });
  });

  test("is reported as cut when more than five years are asked for, and to where each source reaches", async () => {
    const { data } = await app.query(
      `{ invoices(first: 1, filter: { issuedOn: { from: "${yearsAgo(7)}", to: "${today}" } }) { ${completeness} } }`,
    );

    const { missing, status } = reportOf(data.invoices, "freight") ?? {};
    expect(status).toBe("PARTIAL");
    expect(missing).toMatchObject([
      { from: yearsAgo(7), cause: "OUR_LIMIT", reason: "A list covers at most 60 months of issue dates." },
    ]);
    expect(reportOf(data.invoices, "flolive")?.missing.map(({ cause }) => cause)).toEqual([
      "OUR_LIMIT",
      "SOURCE_REACH",
    ]);
    expect(data.invoices).toMatchObject({ isComplete: false, totalCount: null });
  });

  test.each(["issuedOn", "dueOn", "billingPeriod", "createdAt"])(
    "is not narrowed by a range of %s that is open at both ends, as variables without a value make it",
    async (field) => {
      const { data } = await app.query(
        `query ($from: ${field === "createdAt" ? "DateTime" : "LocalDate"}) {
          all: invoices { totalCount }
          open: invoices(filter: { ${field}: { from: $from, to: null } }) { totalCount }
        }`,
      );

      expect(data.all.totalCount).toBeGreaterThan(100);
      expect(data.open).toEqual(data.all);
    },
  );

  test.each([
    ["9999-12-01", "9999-12-31"],
    ["0000-01-01", "0000-01-05"],
  ])("is empty from %s to %s, at the ends of the calendar", async (from, to) => {
    const { data } = await app.query(
      `{ invoices(filter: { issuedOn: { from: "${from}", to: "${to}" } }) { nodes { id } issuedOn { from to } } }`,
    );

    expect(data.invoices).toEqual({ nodes: [], issuedOn: { from, to } });
  });

  test("of years before February 2024 is complete for Akamai, and says that COMPUTE data is missing", async () => {
    const { data } = await app.query(
      `{ invoices(first: 1, filter: { sources: ["cdn"], issuedOn: { from: "2023-12-01", to: "2024-03-31" } }) { ${completeness} } }`,
    );

    expect(data.invoices.isComplete).toBe(true);
    expect(reportOf(data.invoices, "cdn")).toMatchObject({
      status: "OK",
      covered: { from: "2023-12-01", to: "2024-03-31" },
      missing: [{ from: "2023-12-01", to: "2024-01-31", cause: "PART_OF_DATA" }],
    });
  });

  test("shares each month of V6 between the customers, lists and totals of a request", async () => {
    app.clearLogs();

    const { data, errors } = await app.query(`{
      a: invoices(first: 5, filter: { sources: ["freight"] }) { totalCount }
      b: invoices(last: 5, filter: { sources: ["freight"], types: [CREDIT_MEMO] }, orderBy: { field: NUMBER, direction: ASC }) { totalCount }
      c: invoiceTotals(filter: { sources: ["freight"] }, groupBy: [CUSTOMER]) { groups { count } }
      customers(first: 5) { nodes { invoices(first: 2, filter: { sources: ["freight"] }) { totalCount } } }
    }`);

    expect(errors).toBeUndefined();
    expect(data.a.totalCount).toBeGreaterThan(0);
    const queries = app.simulators.v6.log.map(({ query }) => query);
    expect(new Set(queries).size).toBe(queries.length);
    expect(queries.length).toBeLessThanOrEqual(12);
  });

  test("is refused with a sentence for a cursor of another filter", async () => {
    const { data } = await app.query(`{ invoices(first: 1) { pageInfo { endCursor } } }`);

    const { errors } = await app.query(
      `query ($after: String) { invoices(first: 1, after: $after, filter: { types: [INVOICE] }) { totalCount } }`,
      { after: data.invoices.pageInfo.endCursor },
    );

    expect(errors?.[0]).toMatchObject({
      message:
        "The cursor belongs to another list: use it with the filter, order, customer and viewer that it was given out for.",
      extensions: { code: "BAD_CURSOR" },
    });
  });
});

describe("With a source killed", () => {
  const kinds = [
    ["flolive", "flolive"],
    ["cdn", "akamai"],
    ["freight", "v6"],
  ] as const;

  test.each(kinds)("lists and totals name %s and what is missing of it", async (id, kind) => {
    await withFreshApp(async (fresh) => {
      fresh.simulators[kind].setFault({ kind: "reset" });

      const { data, errors } = await fresh.query(`{
        invoices(first: 3) { ${completeness} nodes { id } }
        invoiceTotals { ${completeness} groups { count } }
      }`);

      expect(errors).toBeUndefined();
      expect(data.invoices.nodes).toHaveLength(3);
      expect(data.invoiceTotals.groups.length).toBeGreaterThan(0);
      for (const answer of [data.invoices, data.invoiceTotals]) {
        expect(answer).toMatchObject({ isComplete: false, totalCount: null });
        const report = reportOf(answer, id);
        expect(report).toMatchObject({ status: "FAILED", count: 0, covered: null });
        expect(report?.["errors"]).not.toEqual([]);
        const failed = report?.missing.filter(({ cause }) => cause === "FAILED") ?? [];
        const asked = report?.["asked"] as { from: string; to: string };
        expect(failed[0]?.from).toBe(asked.from);
        // No source can be asked for months that have not begun.
        expect((failed.at(-1)?.to ?? "") >= today).toBe(true);
        for (const [other] of kinds.filter(([each]) => each !== id)) {
          expect(reportOf(answer, other)?.status).not.toBe("FAILED");
        }
      }
    });
  });
});

test("A number in hand finds everything that carries it, with its customer, in any case and without its prefix", async () => {
  const { data } = await app.query(
    `{ invoices(first: 1, filter: { sources: ["freight"], types: [INVOICE] }) { nodes { number customer { key } } } }`,
  );
  const [{ number, customer }] = data.invoices.nodes;
  const ask = (text: string) =>
    app.query(
      `query ($number: String!) { invoicesByNumber(number: $number) { isComplete nodes { number customer { key } } } }`,
      {
        number: text,
      },
    );

  const replies = await Promise.all([
    ask(number),
    ask(number.toLowerCase()),
    ask(number.replace(/^\D+0*/, "")),
  ]);

  for (const reply of replies) {
    expect(reply.data.invoicesByNumber.isComplete).toBe(true);
    expect(reply.data.invoicesByNumber.nodes).toContainEqual({ number, customer });
  }
});

test("A credit memo that names an invoice which is not there carries a warning, and one that is there none", async () => {
  const { data } =
    await app.query(`{ invoices(first: 50, filter: { sources: ["cdn"], types: [CREDIT_MEMO] }) {
    nodes { creditedInvoices { number invoice { id } } warnings { code message } }
  } }`);

  const memos = data.invoices.nodes.filter(({ creditedInvoices }: any) => creditedInvoices.length > 0);
  expect(memos.length).toBeGreaterThan(0);
  for (const memo of memos) {
    const isMissing = memo.creditedInvoices.some(({ invoice }: any) => invoice === null);
    const codes = memo.warnings.map(({ code }: any) => code);
    expect(codes.includes("CREDITED_INVOICE_NOT_FOUND")).toBe(isMissing);
  }
});

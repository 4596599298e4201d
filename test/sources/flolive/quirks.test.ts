/** Every row of floLIVE's quirk table: what its documents contradict, and what we make of it. */
import { describe, expect, test } from "vitest";
import { valuesOf } from "../../../src/model/invoice.ts";
import { bulkSample } from "../../../src/simulators/flolive/envelope.ts";
import {
  accountOf,
  answered,
  ask,
  call,
  failureOf,
  filesOf,
  invoicesFrom,
  simulated,
  world,
} from "./flolive.ts";

const acme = accountOf("acme");
const record = { id: "62e8ba66-3a2d-4919-ae16-f87f35845a4b", invoiceNumber: "1134", currency: "USD" };
const sample = {
  ...record,
  creationTime: "2021-07-01T00:00:00.977Z",
  billingCycleStartDate: "2022-07-01T00:00:00.977Z",
  billingCycleEndDate: "2023-07-30T23:59:59.977Z",
  taxAmount: 25.9,
  netAmount: 185.1,
  totalAmount: 211,
  dueDate: "2023-10-15",
};

describe("table billingCycleStartTime/EndTime, sample billingCycleStartDate/EndDate", () => {
  test.each([
    ["the sample's", {}],
    ["the table's", { cycleNames: "table" }],
    ["both, and the …Time counts", { cycleNames: "both" }],
  ] as const)("%s spelling gives the billing period", async (_name, quirks) => {
    const [fact] = world.flolive.invoices(acme).slice(-1);
    const { source } = await simulated({ quirks });

    const { invoices } = await ask(source, acme);

    const invoice = invoices.find((each) => each.key[0] === fact?.id);
    expect(invoice?.billingPeriod).toEqual({
      from: fact?.cycleStartAt.slice(0, 10),
      to: fact?.cycleEndAt.slice(0, 10),
    });
  });

  test("an empty …Time leaves the …Date", async () => {
    const [invoice] = await invoicesFrom([
      { ...sample, billingCycleStartTime: "", billingCycleEndTime: null },
    ]);

    expect(invoice?.billingPeriod).toEqual({ from: "2022-07-01", to: "2023-07-30" });
  });
});

test("dueDate typed dateTime, sample a day: both give the day as written, in no time zone", async () => {
  const { simulator, source } = await simulated();

  const asDays = (await ask(source, acme)).invoices;
  simulator.setQuirks({ dueDateTime: true });
  const asTimes = (await ask(source, acme)).invoices;

  const due = world.flolive.invoices(acme).slice(-asDays.length);
  expect(asDays.map((invoice) => invoice.dueOn)).toEqual(due.map((fact) => fact.dueOn));
  expect(asTimes.map((invoice) => invoice.dueOn)).toEqual(due.map((fact) => fact.dueOn));
  expect(due.some((fact) => fact.dueOn === null)).toBe(true);
});

test("sample chronology impossible: created before its cycle, due two years later, and nothing is said against it", async () => {
  const [invoice] = await invoicesFrom([sample]);

  expect(invoice).toMatchObject({
    issuedOn: "2021-07-01",
    createdAt: "2021-07-01T00:00:00.977Z",
    billingPeriod: { from: "2022-07-01", to: "2023-07-30" },
    dueOn: "2023-10-15",
    warnings: [],
  });
});

test('"last 12 months", samples span 2021–2023: older results are valid, and the reach says how far back to expect any', async () => {
  const { simulator, source } = await simulated();

  const recent = (await ask(source, acme)).invoices;
  simulator.setQuirks({ olderInvoices: true });
  const all = (await ask(source, acme)).invoices;
  const reach = source.invoices?.reach("2024-06-20");

  expect(recent.every((invoice) => invoice.issuedOn! >= "2023-06-20")).toBe(true);
  expect(all).toHaveLength(world.flolive.invoices(acme).length);
  expect(all.length).toBeGreaterThan(recent.length);
  expect(reach).toEqual([
    { of: "INVOICES", since: "2023-06-20", reason: "floLIVE keeps the last 12 months." },
  ]);
});

describe('content an array, an object, "", null or absent', () => {
  test.each(["text", "null", "absent", "object"] as const)("%s is an empty list", async (emptyContent) => {
    const { source } = await simulated({ quirks: { emptyContent } });

    const answer = await ask(source, accountOf("quiet"));

    expect(answer).toMatchObject({ invoices: [], dropped: [] });
  });

  test("one object is a list of one", async () => {
    const [invoice, ...others] = await invoicesFrom(sample);

    expect(invoice?.number).toBe("1134");
    expect(others).toEqual([]);
  });

  test("a child list of one written as its object is one child", async () => {
    const { source } = await simulated({ quirks: { singleAsObject: true } });

    const children = await source.accounts!.children(accountOf("acme-nordic"), call());

    expect(children.map((child) => child.name)).toEqual(["Acme Depå Malmö"]);
  });

  test.each(['{"content":"here"}', '{"content":7}', "[]", "{}", '{"endless":true}', '"x"', "null"])(
    "%s is no documented answer",
    async (body) => {
      const { source } = await answered(() => ({ body }));

      const failure = await failureOf(ask(source, acme));

      expect(failure).toMatchObject({ code: "SOURCE_BAD_RESPONSE", source: "sim" });
    },
  );
});

describe("the failure sample is the bulk[] envelope of another API with a code not in the list", () => {
  test("the sample is a generic failure with the raw code", async () => {
    const { simulator, source } = await simulated();
    simulator.setFault(bulkSample);

    const failure = await failureOf(ask(source, acme));

    expect(failure).toMatchObject({
      code: "SOURCE_ERROR",
      upstreamCode: "SUBSCRIBER_1009",
      retryable: false,
    });
    expect(failure.message).not.toMatch(/top-up/i);
    expect(failure.detail).toMatch(/Top-up failure/);
  });

  test("the first entry with an error code counts, after entries without one", async () => {
    const { source } = await simulated({ quirks: { bulkRefusals: true } });

    const failure = await failureOf(ask(source, "11111111-1111-4111-8111-111111111111"));

    expect(failure).toMatchObject({ code: "ACCOUNT_NOT_FOUND", upstreamCode: "CUSTOMER_1002" });
  });
});

describe("amounts are JSON numbers, 0–2 decimals; strings possible", () => {
  test.each([
    ["numbers with all their zeros", {}],
    ["numbers without", { shortAmounts: true }],
    ["texts", { textAmounts: true }],
    ["texts without zeros", { textAmounts: true, shortAmounts: true }],
  ])("%s give the same exact amounts", async (_name, quirks) => {
    const { source } = await simulated({ quirks });

    for (const customer of ["acme", "northwind-apac", "northwind-gulf"]) {
      const { invoices } = await ask(source, accountOf(customer));
      const facts = world.flolive.invoices(accountOf(customer)).slice(-invoices.length);
      expect(
        invoices.map(({ netAmount, taxAmount, totalAmount }) => [netAmount, taxAmount, totalAmount]),
      ).toEqual(facts.map(({ net, tax, total }) => [net, tax, total]));
    }
  });

  test("a number beyond double precision keeps its digits", async () => {
    const [invoice] = await invoicesFrom(
      `{"content":[{"id":"a","currency":"USD","netAmount":12345678901234567.89,"taxAmount":0,"totalAmount":12345678901234567.89}]}`,
    );

    expect(invoice).toMatchObject({ netAmount: "12345678901234567.89", taxAmount: "0.00", warnings: [] });
  });
});

test("invoiceNumber numeric-looking, not ordered: a text, its zeros kept", async () => {
  const invoices = await invoicesFrom([
    { ...sample, id: "a", invoiceNumber: "0099" },
    { ...sample, id: "b", invoiceNumber: 1204 },
    { ...sample, id: "c", invoiceNumber: " 7 " },
  ]);

  expect(invoices.map((invoice) => invoice.number)).toEqual(["0099", "1204", "7"]);
});

test("GET documented with a {} body: none is sent", async () => {
  const { simulator, source } = await simulated();

  await ask(source, acme);

  expect(simulator.log.map(({ method, body, headers }) => [method, body, headers["content-length"]])).toEqual(
    [["GET", "", undefined]],
  );
});

test('id in the download request: "UUID", "array of UUIDs", sample {}: {"id":[…]} is sent', async () => {
  const { simulator, source } = await simulated();
  const [first, second] = (await ask(source, acme)).invoices;
  simulator.clearLog();

  await filesOf(source, [first!]);
  await filesOf(source, [first!, second!]);

  expect(simulator.log.map((request) => JSON.parse(request.body))).toEqual([
    { id: [first!.key[0]] },
    { id: [first!.key[0], second!.key[0]] },
  ]);
});

describe('attachmentData "Base64", sample blob:http://internal…', () => {
  test("the sample is FILE_UNAVAILABLE, and nothing is fetched from it", async () => {
    const { simulator, source } = await simulated({ quirks: { blobUrls: true } });
    const [invoice] = (await ask(source, acme)).invoices;
    simulator.clearLog();

    const failure = await failureOf(filesOf(source, [invoice!]));

    expect(failure).toMatchObject({ code: "FILE_UNAVAILABLE", source: "sim" });
    expect(failure.message).not.toMatch(/flo\.int/);
    expect(simulator.log).toHaveLength(1);
  });

  test("white space, a data: prefix and JSON escapes are undone", async () => {
    const { source } = await simulated({ files: "both", quirks: { wrappedBase64: true } });
    const [invoice] = (await ask(source, acme)).invoices;

    const files = await filesOf(source, [invoice!]);

    expect(files.map((file) => file.toString("latin1").slice(0, 5))).toEqual(["%PDF-", "<?xml"]);
    expect(files[0]?.toString("latin1")).toMatch(/%%EOF\n$/);
  });
});

test("no file name, no MIME type; one file, several, or a zip: all bytes are handed on, with the invoices they may be of", async () => {
  const heads: Record<string, string[]> = {};
  for (const files of ["pdf", "xml", "both", "zip"] as const) {
    const { source } = await simulated({ files });
    const [invoice] = (await ask(source, acme)).invoices;

    const found = await filesOf(source, [invoice!]);

    heads[files] = found.map((file) => file.toString("latin1", 0, 5));
  }

  expect(heads).toEqual({
    pdf: ["%PDF-"],
    xml: ["<?xml"],
    both: ["%PDF-", "<?xml"],
    zip: [expect.stringMatching(/^PK/)],
  });
});

test("error text `Requested invoice ID\\s invalid` is an illegal JSON escape: repaired, in a list and in a download", async () => {
  const { simulator, source } = await simulated({ quirks: { illegalEscape: true } });
  const [invoice] = (await ask(source, acme)).invoices;
  const missing = { ...valuesOf(invoice!), raw: null, key: ["11111111-1111-4111-8111-111111111111"] };

  const download = await failureOf(filesOf(source, [missing]));
  simulator.setFault({ kind: "answer", body: String.raw`{"errorCode":"GLOBAL_1001","errorMessage":"ID\s"}` });
  const list = await failureOf(ask(source, acme));

  expect(download).toMatchObject({ code: "INVOICE_NOT_FOUND", upstreamCode: "CUSTOMER_1040" });
  expect(download.detail).toContain(String.raw`ID\s invalid`);
  expect(list).toMatchObject({ code: "SOURCE_UNAVAILABLE", retryable: true });
});

test("customerID / customerId: letter case does not matter", async () => {
  const { source } = await simulated({ quirks: { customerIDSpelling: true } });

  const children = await source.accounts!.children(acme, call());
  const profile = await source.accounts!.profile(acme, call());

  expect(children.map((child) => child.reference)).toEqual(
    ["acme-retail", "acme-iot", "acme-nordic"].map(accountOf),
  );
  expect(profile?.reference).toBe(acme);
});

test("net + tax may differ from total: a warning, and the total stays", async () => {
  const facts = world.flolive.invoices(acme).slice(-12);
  const disagreeing = facts.filter((fact) => fact.disagrees);
  const { source } = await simulated();

  const { invoices } = await ask(source, acme);

  const warned = invoices.filter((invoice) =>
    invoice.warnings.some(({ code }) => code === "TOTAL_DISAGREES"),
  );
  expect(disagreeing.length).toBeGreaterThan(0);
  expect(warned.map((invoice) => [invoice.key[0], invoice.totalAmount])).toEqual(
    disagreeing.map((fact) => [fact.id, fact.total]),
  );
  expect(warned[0]?.derivedAmounts).toEqual([]);
});

test("own or direct sub-customers only: a grandchild is ACCOUNT_NOT_PERMITTED, a stranger ACCOUNT_NOT_FOUND", async () => {
  const { source } = await simulated({ requester: acme });

  const own = await ask(source, acme);
  const child = await ask(source, accountOf("acme-nordic"));
  const grandchild = await failureOf(ask(source, accountOf("acme-nordic-depot")));
  const stranger = await failureOf(ask(source, "11111111-1111-4111-8111-111111111111"));

  expect(own.invoices.length).toBeGreaterThan(0);
  expect(child.invoices.length).toBeGreaterThan(0);
  expect(grandchild).toMatchObject({
    code: "ACCOUNT_NOT_PERMITTED",
    upstreamCode: "CUSTOMER_1006",
    retryable: false,
  });
  expect(stranger).toMatchObject({ code: "ACCOUNT_NOT_FOUND", upstreamCode: "CUSTOMER_1002" });
});

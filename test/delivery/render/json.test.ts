/** Rendered JSON. */
import { expect, test } from "vitest";
import { createRenderer } from "../../../src/delivery/render/index.ts";
import { Ending } from "../../../src/model/ending.ts";
import { acme, invoice, line, longestTurnMs, read } from "./samples.ts";

test("the document has the fixed fields in their fixed order, and amounts are text", async () => {
  const file = await createRenderer().render(invoice(), acme, "JSON", new Ending());

  const document = JSON.parse((await read(file)).toString("utf8"));
  expect(file.contentType).toBe("application/json");
  expect(document.schema).toBe("invoicegraph.invoice/1");
  expect(Object.keys(document.invoice)).toEqual([
    "id",
    "source",
    "account",
    "customer",
    "number",
    "type",
    "sourceType",
    "issuedOn",
    "dueOn",
    "createdAt",
    "finalizedOn",
    "billingPeriod",
    "currency",
    "currencyOrigin",
    "netAmount",
    "taxAmount",
    "totalAmount",
    "derivedAmounts",
    "billTo",
    "creditReason",
    "creditedNumbers",
    "purchaseOrder",
    "isDetailed",
    "warnings",
    "lines",
  ]);
  expect(document.invoice.customer).toEqual({ id: acme.id, key: "acme", name: "Acme" });
  expect(document.invoice.totalAmount).toBe("165.00");
  expect(document.invoice.lines[0]).toMatchObject({ description: "Freight", netAmount: "150.00" });
});

test("the upstream's raw record does not leave in a file", async () => {
  const secret = invoice({ raw: { internalNote: "canary" } });

  const text = (await read(await createRenderer().render(secret, acme, "JSON", new Ending()))).toString(
    "utf8",
  );

  expect(text).not.toContain("canary");
});

test("an invoice read in another order of keys gives the same bytes", async () => {
  const one = invoice({ lines: [line({ description: "a", netAmount: "1.00" })] });
  const other = Object.fromEntries(Object.entries(one).toReversed()) as unknown as typeof one;

  const [first, second] = await Promise.all(
    [one, other].map(async (document) =>
      read(await createRenderer().render(document, acme, "JSON", new Ending())),
    ),
  );

  expect(second).toEqual(first);
});

test("an invoice of 100,000 lines holds nobody up while it is written, and is what JSON.stringify would write", async () => {
  const document = invoice({
    number: "[]",
    lines: Array.from({ length: 100_000 }, (_, at) => line({ description: `Consignment\n[]${at + 1}` })),
  });
  let text = "";

  const longest = await longestTurnMs(async () => {
    text = (await read(await createRenderer().render(document, acme, "JSON", new Ending()))).toString();
  });

  expect(longest).toBeLessThan(150);
  expect(text === `${JSON.stringify(JSON.parse(text), null, 2)}\n`).toBe(true);
  expect(JSON.parse(text).invoice.lines[99_999].description).toBe("Consignment\n[]100000");
});

test.each([0, 1, 2])("an invoice of %d lines is what JSON.stringify would write", async (count) => {
  const document = invoice({ lines: Array.from({ length: count }, () => line({ description: "x" })) });

  const file = await read(await createRenderer().render(document, acme, "JSON", new Ending()));

  const text = file.toString();
  expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  expect(JSON.parse(text).invoice.lines).toHaveLength(count);
});

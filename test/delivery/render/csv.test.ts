/** Rendered CSV. */
import { expect, test } from "vitest";
import { linesTable, safeCell } from "../../../src/delivery/render/csv.ts";
import { createRenderer } from "../../../src/delivery/render/index.ts";
import { Ending } from "../../../src/model/ending.ts";
import type { Invoice } from "../../../src/model/invoice.ts";
import { acme, invoice, line, longestTurnMs, read } from "./samples.ts";

async function csvOf(document: Invoice): Promise<string> {
  return (await read(await createRenderer().render(document, acme, "CSV", new Ending()))).toString("utf8");
}

/** The cells of the row, which must not hold a quoted comma. */
function cells(row: string | undefined): Record<string, string> {
  const values = (row ?? "").split(",");
  return Object.fromEntries(linesTable.head.map((name, index) => [name, values[index] ?? ""]));
}

test("each line is a row that repeats the invoice's columns, and rows end in CRLF", async () => {
  const csv = await csvOf(
    invoice({
      lines: [
        line({ description: "One", netAmount: "100.00" }),
        line({ description: "Two", netAmount: "50.00" }),
      ],
    }),
  );

  const rows = csv.split("\r\n");
  expect(rows).toHaveLength(4);
  expect(rows[0]).toBe(linesTable.head.join(","));
  expect(cells(rows[1])).toMatchObject({
    number: "1001",
    totalAmount: "165.00",
    lineNumber: "1",
    lineDescription: "One",
    lineNetAmount: "100.00",
  });
  expect(cells(rows[2])).toMatchObject({
    number: "1001",
    totalAmount: "165.00",
    lineNumber: "2",
    lineDescription: "Two",
  });
  expect(rows[3]).toBe("");
});

test("an invoice without lines is one row", async () => {
  const csv = await csvOf(invoice({ lines: [] }));

  const rows = csv.split("\r\n");
  expect(rows).toHaveLength(3);
  expect(cells(rows[1])).toMatchObject({ number: "1001", lineNumber: "", lineDescription: "" });
});

test("commas, quotes and line breaks are quoted as RFC 4180 says", async () => {
  const csv = await csvOf(invoice({ lines: [line({ description: 'a "b", c\r\nd' })] }));

  expect(csv).toContain(',"a ""b"", c\r\nd",');
});

test.each(["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1+1", "－1+1", "＠A1"])(
  "a text that a spreadsheet would run is made harmless: %j",
  (text) => {
    const safe = safeCell(text);

    expect(safe).toBe(`'${text}`);
  },
);

test.each(["-165.00", "-0.005", "0", "12345678901234567890.12"])("the number %s stays a number", (amount) => {
  const safe = safeCell(amount);

  expect(safe).toBe(amount);
});

test("a hostile name is harmless in the file while a credit memo's amounts stay negative numbers", async () => {
  const csv = await csvOf(
    invoice({
      type: "CREDIT_MEMO",
      totalAmount: "-165.00",
      lines: [line({ description: "=HYPERLINK(A1)", netAmount: "-150.00" })],
    }),
  );

  const row = cells(csv.split("\r\n")[1]);
  expect(row["lineDescription"]).toBe("'=HYPERLINK(A1)");
  expect(row["totalAmount"]).toBe("-165.00");
  expect(row["lineNetAmount"]).toBe("-150.00");
});

test("an invoice of 20,000 lines holds nobody up while it is written, and no line is lost", async () => {
  const document = invoice({
    lines: Array.from({ length: 20_000 }, (_, at) => line({ description: `Consignment ${at + 1}` })),
  });
  let csv = "";

  const longest = await longestTurnMs(async () => {
    csv = await csvOf(document);
  });

  expect(longest).toBeLessThan(150);
  const rows = csv.split("\r\n");
  expect(rows).toHaveLength(20_002);
  expect(cells(rows[20_000])).toMatchObject({ lineNumber: "20000", lineDescription: "Consignment 20000" });
});

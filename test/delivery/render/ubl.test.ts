/** Rendered UBL: judged by a library that knows nothing of us, and refused with the rule's name where a rule is broken. */
import { describe, expect, test } from "vitest";
import { createRenderer, type SellerDetails, type UblOptions } from "../../../src/delivery/render/index.ts";
import { Ending } from "../../../src/model/ending.ts";
import { Failure } from "../../../src/model/errors.ts";
import type { Invoice } from "../../../src/model/invoice.ts";
import { leavesOf, writtenByOracle } from "./e-invoice-oracle.ts";
import { acme, invoice, line, longestTurnMs, read } from "./samples.ts";

const carrier: SellerDetails = {
  name: "Carrier & Sons <Freight>",
  country: "DK",
  vatId: "DK12345678",
  taxes: [
    { category: "S", rate: "10" },
    { category: "Z", rate: "0" },
  ],
  buyerCountry: "SE",
};

function optionsWith(seller: Partial<SellerDetails>): UblOptions {
  return { sellers: { freight: { ...carrier, ...seller } } };
}

/** With both parties' electronic addresses: the library asks for them, as Peppol does. */
function withAddresses({ sellers, buyers }: UblOptions): UblOptions {
  const buyer = { country: "SE", ...buyers?.["acme"] };
  return {
    sellers: {
      freight: { ...carrier, ...sellers["freight"], electronicAddress: { scheme: "0184", id: "12345678" } },
    },
    buyers: { acme: { ...buyer, electronicAddress: { scheme: "0088", id: "7300010000001" } } },
  };
}

async function ublOf(document: Invoice, options: UblOptions = optionsWith({})): Promise<string> {
  return (await read(await createRenderer(options).render(document, acme, "UBL", new Ending()))).toString(
    "utf8",
  );
}

async function refusalOf(document: Invoice, options?: UblOptions): Promise<Failure> {
  const thrown = await ublOf(document, options).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Failure);
  return thrown as Failure;
}

function texts(xml: string, path: string): string[] {
  return leavesOf(xml)
    .filter(([own]) => own.endsWith(path))
    .map(([, text]) => text);
}

const credit = invoice({
  type: "CREDIT_MEMO",
  number: "CM-1",
  netAmount: "-150.00",
  taxAmount: "-15.00",
  totalAmount: "-165.00",
  creditReason: { code: "DMG", description: "Damaged in transit" },
  creditedNumbers: ["998", "999"],
  lines: [
    line({
      description: "Freight",
      quantity: "3",
      unitPrice: "50.00",
      netAmount: "-150.00",
      taxAmount: "-15.00",
    }),
  ],
});

const rich = invoice({
  currency: "EUR",
  netAmount: "149.50",
  taxAmount: "10.00",
  totalAmount: "159.50",
  derivedAmounts: ["TOTAL"],
  billingPeriod: { from: "2026-02-01", to: "2026-02-28" },
  purchaseOrder: "PO-77",
  billTo: {
    name: "Ærø 株式会社",
    accountReference: "001",
    address: "Long Street 12",
    city: "Malmö",
    postcode: "0800",
  },
  lines: [
    line({
      description: "Freight",
      product: "Express",
      productCode: "EXP",
      glCode: "4010",
      quantity: "2",
      unit: "kg",
      unitPrice: "50.00",
      netAmount: "100.00",
      taxAmount: "10.00",
      period: { from: "2026-02-01", to: "2026-02-14" },
    }),
    line({
      description: "Stamps",
      quantity: "3",
      unit: "sheet",
      unitPrice: "20.00",
      netAmount: "60.00",
      taxAmount: "0.00",
    }),
    line({
      description: "Rebate",
      quantity: "1",
      unitPrice: "10.50",
      netAmount: "-10.50",
      taxAmount: "0.00",
    }),
  ],
});

describe("judged by @e-invoice-eu/core", () => {
  test.each([
    ["an invoice", invoice(), optionsWith({})],
    ["a debit memo", invoice({ type: "DEBIT_MEMO" }), optionsWith({})],
    ["a credit memo", credit, optionsWith({})],
    ["an invoice with everything that we can say", rich, optionsWith({ units: { kg: "KGM" } })],
    [
      "an invoice without a due date",
      invoice({ dueOn: null }),
      optionsWith({ paymentTerms: "Within 30 days." }),
    ],
    [
      "an invoice outside the scope of VAT",
      invoice({
        taxAmount: "0.00",
        totalAmount: "150.00",
        lines: [line({ description: "Freight", netAmount: "150.00" })],
      }),
      optionsWith({
        registrationId: "ABN 12 345",
        taxes: [{ category: "O", rate: "0", exemptionReason: "Outside the scope of VAT" }],
      }),
    ],
    [
      "an invoice in reverse charge",
      invoice({
        taxAmount: "0.00",
        totalAmount: "150.00",
        lines: [line({ description: "Freight", netAmount: "150.00" })],
      }),
      {
        ...optionsWith({ taxes: [{ category: "AE", rate: "0", exemptionReason: "Reverse charge" }] }),
        buyers: { acme: { country: "SE", vatId: "SE123456789001" } },
      },
    ],
  ] as const)(
    "%s is valid, and every element stands where the library puts it",
    async (_what, document, options) => {
      const xml = await ublOf(document, withAddresses(options));

      const again = await writtenByOracle(xml);
      const added = new Set(["/Invoice/cbc:ProfileID", "/CreditNote/cbc:ProfileID"]);
      const bare = (leaves: ReturnType<typeof leavesOf>) =>
        leaves.filter(([path]) => !added.has(path) && !path.endsWith("cbc:CustomizationID"));
      expect(bare(leavesOf(xml))).toEqual(bare(leavesOf(again)));
    },
  );

  test("the library refuses what is not valid, so that its silence means something", async () => {
    const xml = await ublOf(invoice(), withAddresses(optionsWith({})));

    await expect(writtenByOracle(xml.replace(/<cbc:IssueDate>.*<\/cbc:IssueDate>/, ""))).rejects.toThrow(
      "IssueDate",
    );
    await expect(writtenByOracle(xml.replaceAll('currencyID="AUD"', 'currencyID="AUX"'))).rejects.toThrow(
      "currencyID",
    );
    await expect(writtenByOracle(xml.replaceAll("cbc:PayableAmount", "cbc:PaidAmount"))).rejects.toThrow(
      "PaidAmount",
    );
  });
});

test("without electronic addresses the document has none: EN 16931 does not ask for them", async () => {
  const xml = await ublOf(invoice());

  expect(xml).not.toContain("EndpointID");
});

test("XML is the same document as UBL", async () => {
  const renderer = createRenderer(optionsWith({}));

  const [ubl, xml] = await Promise.all([
    renderer.render(invoice(), acme, "UBL", new Ending()),
    renderer.render(invoice(), acme, "XML", new Ending()),
  ]);

  expect(await read(xml)).toEqual(await read(ubl));
  expect(xml.contentType).toBe("application/xml");
});

test("a credit memo becomes a credit note with positive amounts, its reason and the invoices it credits", async () => {
  const xml = await ublOf(credit);

  expect(xml).toContain("<CreditNote ");
  expect(texts(xml, "cbc:CreditNoteTypeCode")).toEqual(["381"]);
  expect(texts(xml, "cbc:PayableAmount")).toEqual(["165.00"]);
  expect(texts(xml, "cac:TaxTotal/cbc:TaxAmount")).toEqual(["15.00"]);
  expect(texts(xml, "cbc:CreditedQuantity")).toEqual(["3"]);
  expect(texts(xml, "cbc:PriceAmount")).toEqual(["50.00"]);
  expect(texts(xml, "cbc:Note")).toEqual(["Reason: DMG: Damaged in transit", "Due on 2026-03-30."]);
  expect(texts(xml, "cac:InvoiceDocumentReference/cbc:ID")).toEqual(["998", "999"]);
});

test.each([
  ["INVOICE", "380"],
  ["DEBIT_MEMO", "383"],
] as const)("the type %s is written as %s", async (type, code) => {
  const xml = await ublOf(invoice({ type }));

  expect(texts(xml, "cbc:InvoiceTypeCode")).toEqual([code]);
});

test("a negative invoice keeps its sign, and no price is negative", async () => {
  const xml = await ublOf(
    invoice({
      netAmount: "-150.00",
      taxAmount: "-15.00",
      totalAmount: "-165.00",
      lines: [
        line({
          description: "Freight",
          quantity: "3",
          unitPrice: "-50.00",
          netAmount: "-150.00",
          taxAmount: "-15.00",
        }),
      ],
    }),
  );

  expect(texts(xml, "cbc:PayableAmount")).toEqual(["-165.00"]);
  expect(texts(xml, "cbc:InvoicedQuantity")).toEqual(["-3"]);
  expect(texts(xml, "cbc:PriceAmount")).toEqual(["50.00"]);
});

test("each line has the tax that its amounts fit, and the taxes are broken down", async () => {
  const xml = await ublOf(rich);

  expect(texts(xml, "cac:ClassifiedTaxCategory/cbc:ID")).toEqual(["S", "Z", "Z"]);
  expect(texts(xml, "cac:TaxSubtotal/cbc:TaxableAmount")).toEqual(["100.00", "49.50"]);
  expect(texts(xml, "cac:TaxSubtotal/cbc:TaxAmount")).toEqual(["10.00", "0.00"]);
});

test("a quantity and price that do not make the line's amount stand in a note, never in the price", async () => {
  const xml = await ublOf(
    invoice({
      lines: [
        line({
          description: "Freight",
          quantity: "4",
          unit: "kg",
          unitPrice: "50.00",
          netAmount: "150.00",
          taxAmount: "15.00",
        }),
      ],
    }),
  );

  expect(texts(xml, "cbc:InvoicedQuantity")).toEqual(["1"]);
  expect(texts(xml, "cbc:PriceAmount")).toEqual(["150.00"]);
  expect(texts(xml, "cac:InvoiceLine/cbc:Note")).toEqual(["Quantity: 4 kg; Unit price: 50.00"]);
});

test("a unit that nobody configured is 'mutually defined', with the source's word in a note", async () => {
  const xml = await ublOf(rich, optionsWith({ units: { kg: "KGM" } }));

  expect(texts(xml, "InvoicedQuantity@unitCode")).toEqual(["KGM", "ZZ", "C62"]);
  expect(texts(xml, "cac:InvoiceLine/cbc:Note")).toEqual(["Unit: sheet"]);
});

test("text is escaped, and what XML forbids is replaced", async () => {
  const xml = await ublOf(invoice({ number: '1<&>"\u0001\ud800' }));

  expect(texts(xml, "/Invoice/cbc:ID")).toEqual(['1<&>"\ufffd\ufffd']);
  expect(texts(xml, "cbc:RegistrationName")).toEqual(["Carrier & Sons <Freight>", "Acme"]);
});

/** Three stamps at 1.04, each with 0.10 tax of its own. */
function stamps(taxAmount: string, totalAmount: string): Invoice {
  return invoice({
    netAmount: "3.12",
    taxAmount,
    totalAmount,
    lines: Array.from({ length: 3 }, () =>
      line({ description: "Stamp", netAmount: "1.04", taxAmount: "0.10" }),
    ),
  });
}

test("the tax may differ by the rounding of each line's own tax, and by no more", async () => {
  const xml = await ublOf(stamps("0.30", "3.42"));
  const refusal = await refusalOf(
    stamps("0.29", "3.41"),
    optionsWith({ taxes: [{ category: "S", rate: "10" }] }),
  );

  expect(texts(xml, "cac:TaxTotal/cbc:TaxAmount")).toEqual(["0.30"]);
  expect(refusal.message).toContain("BR-CO-17");
});

describe("refused with the rule's name", () => {
  test.each<[rule: string, why: string, document: Partial<Invoice>, seller?: Partial<SellerDetails>]>([
    ["BR-02", "no number", { number: null }],
    ["BR-03", "no issue date", { issuedOn: null }],
    ["BR-04", "a type that nobody knows", { type: "UNKNOWN" }],
    ["BR-05", "no currency", { currency: null }],
    ["BR-CL-04", "a currency that ISO 4217 does not list", { currency: "AUX" }],
    ["BR-06", "a seller without a name", {}, { name: " " }],
    ["BR-09", "a seller without a country", {}, { country: "" }],
    ["BR-CL-14", "a country that ISO 3166-1 does not list", {}, { country: "XQ" }],
    ["BR-11", "a buyer without a country", {}, { buyerCountry: undefined }],
    ["BR-13", "no net amount", { netAmount: null }],
    ["BR-14", "no total", { totalAmount: null }],
    ["BR-16", "no lines", { lines: [] }],
    [
      "BR-24",
      "a line without a net amount",
      { lines: [line({ description: "Freight", taxAmount: "15.00" })] },
    ],
    ["BR-25", "a line without a description", { lines: [line({ netAmount: "150.00", taxAmount: "15.00" })] }],
    [
      "BR-29",
      "a period that ends before it starts",
      { billingPeriod: { from: "2026-03-01", to: "2026-02-01" } },
    ],
    [
      "BR-30",
      "a line's period that ends before it starts",
      {
        lines: [
          line({
            description: "F",
            netAmount: "150.00",
            taxAmount: "15.00",
            period: { from: "2026-03-01", to: "2026-02-01" },
          }),
        ],
      },
    ],
    [
      "BR-CO-04",
      "a line's tax that fits no rate",
      { lines: [line({ description: "F", netAmount: "150.00", taxAmount: "7.00" })] },
    ],
    ["BR-CO-09", "a VAT id without its country", {}, { vatId: "12345678" }],
    ["BR-CO-10", "lines that do not make the net amount", { netAmount: "150.01", totalAmount: "165.01" }],
    [
      "BR-CO-14",
      "taxes that do not make the tax amount",
      { taxAmount: "15.01", totalAmount: "165.01", lines: rich.lines },
    ],
    ["BR-CO-14", "no tax amount", { taxAmount: null }],
    ["BR-CO-15", "net and tax that do not make the total", { totalAmount: "165.01" }],
    ["BR-CO-17", "a tax that is not the rate's", { taxAmount: "15.01", totalAmount: "165.01" }],
    ["BR-CO-18", "no tax at all", {}, { taxes: [] }],
    ["BR-CO-25", "an amount due on no day", { dueOn: null }],
    ["BR-CO-26", "a seller without an id", {}, { vatId: undefined, taxNumber: "12 345" }],
    ["BR-S-02", "a taxed line and a seller without a VAT id", {}, { vatId: undefined, registrationId: "1" }],
    ["BR-S-05", "a standard rate of zero", {}, { taxes: [{ category: "S", rate: "0" }] }],
    ["BR-Z-05", "a zero rate that is not zero", {}, { taxes: [{ category: "Z", rate: "10" }] }],
    ["BR-E-10", "an exemption without a reason", {}, { taxes: [{ category: "E", rate: "0" }] }],
    [
      "BR-AE-02",
      "a reverse charge to a buyer without a VAT id",
      {},
      { taxes: [{ category: "AE", rate: "0", exemptionReason: "Reverse charge" }] },
    ],
    [
      "BR-DEC-23",
      "a line with three decimals",
      { lines: [line({ description: "F", netAmount: "150.005", taxAmount: "15.00" })] },
    ],
    ["BR-DEC-14", "a total with three decimals", { totalAmount: "165.001" }],
  ])("%s: %s", async (rule, _why, document, seller = {}) => {
    // Where a tax is configured that the sample does not bear, its lines say nothing of their tax.
    const untaxed =
      seller.taxes === undefined ? {} : { lines: [line({ description: "F", netAmount: "150.00" })] };

    const refusal = await refusalOf(invoice({ ...untaxed, ...document }), optionsWith(seller));

    expect(refusal.code).toBe("FORMAT_UNAVAILABLE");
    expect(refusal.source).toBe("freight");
    expect(refusal.message).toMatch(new RegExp(`\\b${rule}, `));
  });

  test("BR-06: a source for which no seller is configured, and the renderer says so before", async () => {
    const renderer = createRenderer();

    const refusal = await refusalOf(invoice(), { sellers: {} });

    expect(refusal.message).toContain("BR-06, no seller is configured for this source");
    expect(renderer.canRender(invoice(), "UBL")).toBe(false);
    expect(renderer.canRender(invoice(), "XML")).toBe(false);
    expect(renderer.canRender(invoice(), "PDF")).toBe(true);
    expect(createRenderer(optionsWith({})).canRender(invoice(), "UBL")).toBe(true);
  });

  test("the sentence says what is stated and what follows, exactly", async () => {
    const refusal = await refusalOf(
      invoice({
        netAmount: "12345678901234567890.12",
        taxAmount: "0.00",
        totalAmount: "12345678901234567890.13",
        lines: [line({ description: "F", netAmount: "12345678901234567890.12", taxAmount: "0.00" })],
      }),
    );

    expect(refusal.message).toBe(
      "The invoice cannot be written as UBL by EN 16931: BR-CO-15, net and tax make 12345678901234567890.12, but the invoice's total is 12345678901234567890.13.",
    );
  });
});

test("an invoice of 20,000 lines holds nobody up while it is written, and no line is lost", async () => {
  const document = invoice({
    netAmount: "3000000.00",
    taxAmount: "300000.00",
    totalAmount: "3300000.00",
    lines: Array.from({ length: 20_000 }, (_, at) =>
      line({
        description: `Consignment ${at + 1}`,
        quantity: "3",
        unitPrice: "50.00",
        netAmount: "150.00",
        taxAmount: "15.00",
      }),
    ),
  });
  let xml = "";

  const longest = await longestTurnMs(async () => {
    xml = await ublOf(document);
  });

  expect(longest).toBeLessThan(150);
  expect(xml.match(/<cac:InvoiceLine>/g)).toHaveLength(20_000);
  expect(xml).toContain("<cbc:Name>Consignment 20000</cbc:Name>");
});

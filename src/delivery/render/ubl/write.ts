/** A checked document as UBL 2.1: every element in the place that the schema gives it. */
import { type Decimal, decimalsUsed } from "../../../model/money.ts";
import type { UblBuyer, UblDocument, UblLine, UblTax } from "./document.ts";
import type { ElectronicAddress, SellerDetails, TaxDetails } from "./parties.ts";
import { type Element, element, optional, writeXml } from "./xml.ts";

const common = "urn:oasis:names:specification:ubl:schema:xsd:";
const customization = "urn:cen.eu:en16931:2017";
const vat = element("cac:TaxScheme", [element("cbc:ID", "VAT")]);

/** The XML in pieces; the document must have no violations. */
export function writeUbl(document: UblDocument): Iterable<string> {
  const { root, dueOn, note, purchaseOrder, creditedNumbers, period } = document;
  const currency = document.currency ?? "";
  const isInvoice = root === "Invoice";
  const typeCode = element(
    isInvoice ? "cbc:InvoiceTypeCode" : "cbc:CreditNoteTypeCode",
    document.typeCode ?? "",
  );
  return writeXml(
    element(
      root,
      [
        element("cbc:CustomizationID", customization),
        element("cbc:ID", document.number ?? ""),
        element("cbc:IssueDate", document.issuedOn ?? ""),
        isInvoice ? optional("cbc:DueDate", dueOn) : null,
        typeCode,
        optional("cbc:Note", note),
        element("cbc:DocumentCurrencyCode", currency),
        periodOf(period),
        purchaseOrder === null ? null : element("cac:OrderReference", [element("cbc:ID", purchaseOrder)]),
        ...creditedNumbers.map((number) =>
          element("cac:BillingReference", [
            element("cac:InvoiceDocumentReference", [element("cbc:ID", number)]),
          ]),
        ),
        sellerOf(document.seller, document.taxes),
        buyerOf(document.buyer, document.taxes),
        document.paymentTerms === null
          ? null
          : element("cac:PaymentTerms", [element("cbc:Note", document.paymentTerms)]),
        taxTotalOf(document, currency),
        element("cac:LegalMonetaryTotal", [
          amountOf("cbc:LineExtensionAmount", document.net, currency),
          amountOf("cbc:TaxExclusiveAmount", document.net, currency),
          amountOf("cbc:TaxInclusiveAmount", document.total, currency),
          amountOf("cbc:PayableAmount", document.total, currency),
        ]),
      ],
      {
        xmlns: `${common}${root}-2`,
        "xmlns:cac": `${common}CommonAggregateComponents-2`,
        "xmlns:cbc": `${common}CommonBasicComponents-2`,
      },
    ),
    linesOf(document, isInvoice, currency),
  );
}

function* linesOf({ lines }: UblDocument, isInvoice: boolean, currency: string): Generator<Element> {
  for (const line of lines) yield lineOf(line, isInvoice, currency);
}

function sellerOf(seller: SellerDetails, taxes: readonly UblTax[]): Element {
  return element("cac:AccountingSupplierParty", [
    element("cac:Party", [
      endpointOf(seller.electronicAddress),
      addressOf(seller.street, seller.city, seller.postcode, seller.country),
      vatIdOf(seller.vatId, taxes),
      seller.taxNumber === undefined
        ? null
        : element("cac:PartyTaxScheme", [
            element("cbc:CompanyID", seller.taxNumber),
            element("cac:TaxScheme", [element("cbc:ID", "TAX")]),
          ]),
      element("cac:PartyLegalEntity", [
        element("cbc:RegistrationName", seller.name),
        optional("cbc:CompanyID", seller.registrationId),
      ]),
    ]),
  ]);
}

function buyerOf(buyer: UblBuyer, taxes: readonly UblTax[]): Element {
  return element("cac:AccountingCustomerParty", [
    element("cac:Party", [
      endpointOf(buyer.details.electronicAddress),
      buyer.accountReference === null
        ? null
        : element("cac:PartyIdentification", [element("cbc:ID", buyer.accountReference)]),
      addressOf(buyer.street, buyer.city, buyer.postcode, buyer.details.country ?? ""),
      vatIdOf(buyer.details.vatId, taxes),
      element("cac:PartyLegalEntity", [element("cbc:RegistrationName", buyer.name)]),
    ]),
  ]);
}

function endpointOf(address: ElectronicAddress | undefined): Element | null {
  return address === undefined ? null : element("cbc:EndpointID", address.id, { schemeID: address.scheme });
}

function addressOf(
  street: string | null | undefined,
  city: string | null | undefined,
  postcode: string | null | undefined,
  country: string,
): Element {
  return element("cac:PostalAddress", [
    optional("cbc:StreetName", street),
    optional("cbc:CityName", city),
    optional("cbc:PostalZone", postcode),
    element("cac:Country", [element("cbc:IdentificationCode", country)]),
  ]);
}

// BR-O-02: an invoice outside the scope of VAT carries no VAT ids.
function vatIdOf(vatId: string | undefined, taxes: readonly UblTax[]): Element | null {
  if (vatId === undefined || taxes.some(({ details }) => details.category === "O")) return null;
  return element("cac:PartyTaxScheme", [element("cbc:CompanyID", vatId), vat]);
}

function taxTotalOf({ tax, taxes }: UblDocument, currency: string): Element {
  return element("cac:TaxTotal", [
    amountOf("cbc:TaxAmount", tax, currency),
    ...taxes.map(({ details, taxable, amount }) =>
      element("cac:TaxSubtotal", [
        amountOf("cbc:TaxableAmount", taxable, currency),
        amountOf("cbc:TaxAmount", amount, currency),
        categoryOf("cac:TaxCategory", details, reasonOf(details)),
      ]),
    ),
  ]);
}

function categoryOf(name: string, { category, rate }: TaxDetails, exemptionReason?: string): Element {
  return element(name, [
    element("cbc:ID", category),
    // BR-O-05: outside the scope of VAT there is no rate.
    category === "O" ? null : element("cbc:Percent", rate),
    optional("cbc:TaxExemptionReason", exemptionReason),
    vat,
  ]);
}

// BR-S-10, BR-Z-10: the standard and the zero rate have no reason for an exemption.
function reasonOf({ category, exemptionReason }: TaxDetails): string | undefined {
  return category === "S" || category === "Z" ? undefined : exemptionReason;
}

function lineOf(line: UblLine, isInvoice: boolean, currency: string): Element {
  return element(isInvoice ? "cac:InvoiceLine" : "cac:CreditNoteLine", [
    element("cbc:ID", String(line.number)),
    optional("cbc:Note", line.note),
    element(isInvoice ? "cbc:InvoicedQuantity" : "cbc:CreditedQuantity", line.quantity, {
      unitCode: line.unitCode,
    }),
    amountOf("cbc:LineExtensionAmount", line.net, currency),
    optional("cbc:AccountingCost", line.accountingReference),
    periodOf(line.period),
    element("cac:Item", [
      optional("cbc:Description", line.description),
      element("cbc:Name", line.name ?? ""),
      line.productCode === null
        ? null
        : element("cac:SellersItemIdentification", [element("cbc:ID", line.productCode)]),
      line.tax === null ? null : categoryOf("cac:ClassifiedTaxCategory", line.tax),
    ]),
    element("cac:Price", [element("cbc:PriceAmount", line.price, { currencyID: currency })]),
  ]);
}

function periodOf(period: UblDocument["period"]): Element | null {
  if (period === null) return null;
  return element("cac:InvoicePeriod", [
    element("cbc:StartDate", period.from),
    element("cbc:EndDate", period.to),
  ]);
}

/** At most two decimals, as BR-DEC demands: zeros beyond them are dropped. */
function amountOf(name: string, amount: Decimal | null, currency: string): Element {
  const text = amount ?? "0";
  const point = text.indexOf(".");
  const kept = point === -1 ? text : text.slice(0, point + 1 + Math.max(2, decimalsUsed(text)));
  return element(name, kept, { currencyID: currency });
}

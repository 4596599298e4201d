/** Small value types and enums that several types share. */
import type { ClosedRange } from "../model/day.ts";
import type { DerivedAmount, InvoiceType } from "../model/invoice.ts";
import type { FileFormat, FileOffer } from "../model/file.ts";
import type { Warning, WarningCode } from "../model/warning.ts";
import { builder } from "./builder.ts";

/** Enum values with their descriptions, every one of the type. */
export function describedValues<T extends string>(
  values: Record<T, string>,
): { [K in T]: { description: string } } {
  return Object.fromEntries(Object.entries(values).map(([name, description]) => [name, { description }])) as {
    [K in T]: { description: string };
  };
}

export const InvoiceTypeEnum = builder.enumType("InvoiceType", {
  description: "The type of an invoice document.",
  values: describedValues<InvoiceType>({
    INVOICE: "A charge: the customer owes the total.",
    CREDIT_MEMO: "A correction in the customer's favour: its amounts are zero or negative.",
    DEBIT_MEMO: "An additional charge that corrects an earlier invoice.",
    UNKNOWN: "The source's type is none of the known ones; see `sourceType`.",
  }),
});

export const DerivedAmountEnum = builder.enumType("DerivedAmount", {
  description: "An amount that the source does not give and that was derived from others.",
  values: describedValues<DerivedAmount>({
    NET: "The amount before tax.",
    TAX: "The tax.",
    TOTAL: "The amount including tax.",
  }),
});

export const FileFormatEnum = builder.enumType("FileFormat", {
  description: "The format of a file.",
  values: describedValues<FileFormat>({
    PDF: "A document for reading and printing.",
    XML: "The source's own XML.",
    CSV: "A table: one row for each line.",
    JSON: "The source's own JSON, or ours where it has none.",
    UBL: "An electronic invoice: UBL 2.1 as EN 16931 requires.",
  }),
});

export const DayRangeType = builder.objectRef<ClosedRange>("DayRange").implement({
  description: "A range of days; both ends are included.",
  shareable: true,
  fields: (t) => ({
    from: t.expose("from", { type: "LocalDate", nullable: false, description: "The first day." }),
    to: t.expose("to", { type: "LocalDate", nullable: false, description: "The last day." }),
  }),
});

export const FileOfferType = builder.objectRef<FileOffer>("FileOffer").implement({
  description: "A file that the source itself has for an invoice; `downloadInvoices` delivers it.",
  fields: (t) => ({
    format: t.expose("format", { type: FileFormatEnum, nullable: false, description: "Its format." }),
    name: t.exposeString("name", { description: "The source's own name for it; null when it has none." }),
    content: t.exposeString("content", {
      description: "What it contains when that is not the invoice itself, such as COMPUTE usage data.",
    }),
    version: t.exposeString("version", { description: "The source's version of it, the highest there is." }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When the source made it." }),
  }),
});

const WarningCodeEnum = builder.enumType("InvoiceWarningCode", {
  description: "What does not add up on an invoice.",
  values: describedValues<WarningCode>({
    TOTAL_DISAGREES: "Net and tax do not add up to the total.",
    LINES_DISAGREE: "The lines do not add up to the invoice's amount.",
    TAX_DISAGREES: "The lines' taxes do not add up to the invoice's tax.",
    LINE_DISAGREES: "A line's own figures do not agree.",
    MINOR_UNITS: "An amount has more decimals than its currency has.",
    SIGN_CHANGED:
      "The source's sign was changed to this API's sign rule; the source's own value is in `raw`.",
    NUMBER_REPEATED: "The source uses this number more than once.",
    CREDITED_INVOICE_NOT_FOUND: "The invoice that this memo credits was not found.",
    CURRENCY_CONFIGURED: "The source gives no currency: it was configured for the source.",
    CURRENCY_UNKNOWN: "There is no currency, or none that ISO 4217 lists.",
    TYPE_UNKNOWN: "The source's type is none of the known ones.",
    VALUE_UNREADABLE: "A value could not be read and was left out; the source's own value is in `raw`.",
  }),
});

export const WarningType = builder.objectRef<Warning>("InvoiceWarning").implement({
  description: "Something that does not add up on an invoice. Nothing was corrected.",
  fields: (t) => ({
    code: t.expose("code", {
      type: WarningCodeEnum,
      nullable: false,
      description: "What does not add up, as a code.",
    }),
    message: t.exposeString("message", { nullable: false, description: "A human-readable sentence." }),
    fields: t.exposeStringList("fields", {
      nullable: false,
      description: 'The fields that it is about, such as "totalAmount" or "lines[0].netAmount".',
    }),
    stated: t.expose("stated", { type: "Decimal", description: "The value that the source gives." }),
    expected: t.expose("expected", {
      type: "Decimal",
      description: "The value that follows from its other figures.",
    }),
  }),
});

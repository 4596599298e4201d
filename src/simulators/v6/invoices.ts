/** Invoices in V6's words, as its document lists them, written piece by piece so that any number of them fits in memory. */
import { amountText, toUnits } from "../amounts.ts";
import type { CustomerFact, InvoiceLineFact, V6InvoiceFact } from "../facts.ts";
import type { V6Quirks } from "./options.ts";

/** Appendix A, and the number that only the samples have; what is not known is left out. */
interface InvoiceBody {
  businessName?: string;
  invoiceDate: string;
  dueDate?: string;
  taxAmount: number;
  fileType: "C" | "D" | "I";
  customerCode: string;
  address1?: string;
  lines: LineBody[];
  creditReason?: { creditReasonCode: string; description: string };
  postcode?: string;
  invoiceNo?: string;
  grossEntry?: true;
  city?: string;
}

interface LineBody {
  amount: number;
  price: number;
  gstAmount: number;
  quantity: number;
  departmentCode: string | number;
  glCode: string | number;
}

const pieceLength = 65_536;

/** The JSON list in pieces of about 64 KB. */
export async function* writeInvoices(
  facts: Iterable<V6InvoiceFact>,
  customerOf: (fact: V6InvoiceFact) => CustomerFact | undefined,
  quirks: V6Quirks,
): AsyncGenerator<Uint8Array> {
  const end = quirks.trailingCommas === true ? ",\n" : "";
  let piece = "[";
  let separator = "";
  for (const fact of facts) {
    const text = JSON.stringify(toBody(fact, customerOf(fact), quirks));
    piece += separator + (end === "" ? text : withCommas(text, end));
    separator = ",\n";
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = "";
  }
  yield Buffer.from(`${piece}${separator === "" ? "" : end}]`);
}

function toBody(fact: V6InvoiceFact, customer: CustomerFact | undefined, quirks: V6Quirks): InvoiceBody {
  const { type, customerCode, currency, creditReason } = fact;
  const sign = type === "C" && quirks.negativeCredits !== true ? -1 : 1;
  const dueDate = fact.dueOn === null ? "" : writeDay(fact.dueOn, quirks);
  return {
    ...(customer && { businessName: customer.name }),
    invoiceDate: writeDay(fact.issuedOn, quirks),
    ...(dueDate !== "" && { dueDate: quirks.twoDigitYears === true ? withShortYear(dueDate) : dueDate }),
    taxAmount: signed(fact.tax, sign),
    fileType: type,
    customerCode,
    ...(customer && { address1: customer.address.line1 }),
    lines: fact.lines.map((line) => toLine(line, fact.grossEntry, sign, currency, quirks)),
    ...(creditReason && {
      creditReason: { creditReasonCode: creditReason.code, description: creditReason.description },
    }),
    ...(customer && { postcode: customer.address.postcode }),
    ...(quirks.withoutNumbers !== true && { invoiceNo: fact.number }),
    ...(fact.grossEntry && { grossEntry: true }),
    ...(customer && { city: customer.address.city }),
  };
}

function toLine(
  line: InvoiceLineFact,
  isGross: boolean,
  sign: number,
  currency: string,
  quirks: V6Quirks,
): LineBody {
  const entered = isGross ? line.total : line.net;
  const amount = quirks.lineSurcharge === true ? amountText(toUnits(entered, 2) + 100, currency) : entered;
  return {
    amount: signed(amount, sign),
    price: signed(line.unitPrice, sign),
    gstAmount: signed(line.tax, sign),
    quantity: Number(line.quantity),
    departmentCode: writeCode(line.departmentCode, quirks),
    glCode: writeCode(line.glCode, quirks),
  };
}

// The figures have few digits: the number has the same ones, without zeros at its end, as in the samples.
function signed(text: string, sign: number): number {
  const value = Number(text);
  return value === 0 ? 0 : sign * value;
}

function writeDay(day: string, { tableDates }: V6Quirks): string {
  return tableDates === true ? day.split("-").toReversed().join("-") : day;
}

function withShortYear(text: string): string {
  return text.replace(/\d\d(\d\d)(?!\d)/, "$1");
}

function writeCode(code: string, { numericCodes }: V6Quirks): string | number {
  return numericCodes === true && /^\d+$/.test(code) ? Number(code) : code;
}

function withCommas(json: string, comma: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|[}\]]/g, (found) => (found.length === 1 ? comma + found : found));
}

/** Hand-written Akamai, V6 and DDAPI: what the merged operation needs of them. */
import { createHmac, randomUUID } from "node:crypto";
import { secrets } from "../../world.ts";
import type { Ask } from "./calls.ts";
import { amountOf, cents, dayOf, fromCents, idOf, type RawInvoice } from "./values.ts";

/** A contract's invoices of one usage month, signed as EdgeGrid wants it. */
export async function akamaiInvoices(ask: Ask, contract: string, month: string): Promise<RawInvoice[]> {
  const target = `/invoicing-api/v4/contracts/${contract}/invoices?month=${month}`;
  const items = (await ask(`/akamai${target}`, {
    accept: "application/json",
    authorization: signed(target),
  })) as any[];
  return items.map((item) => {
    const isCredit = item.invoiceType === "CREDIT_MEMO";
    const stated = amountOf(item.invoiceTotal);
    return {
      id: idOf("cdn", contract, month, String(item.invoiceId)),
      source: "cdn",
      account: item.contractId,
      number: String(item.invoiceId),
      type: isCredit ? "CREDIT_MEMO" : item.invoiceType === "INVOICE" ? "INVOICE" : "UNKNOWN",
      issuedOn: dayOf(item.invoiceDate),
      dueOn: dayOf(item.invoiceDueDate),
      createdAt: null,
      currency: item.invoiceCurrency ?? null,
      netAmount: null,
      taxAmount: null,
      totalAmount: isCredit && stated !== null ? negative(stated) : stated,
    };
  });
}

function signed(target: string): string {
  const timestamp = `${new Date().toISOString().replaceAll("-", "").slice(0, 17)}+0000`;
  const unsigned = `EG1-HMAC-SHA256 client_token=${secrets.clientToken};access_token=${secrets.accessToken};timestamp=${timestamp};nonce=${randomUUID()};`;
  const data = ["GET", "https", "akab-bench.luna.akamaiapis.net", target, "", "", unsigned].join("\t");
  const key = createHmac("sha256", secrets.clientSecret).update(timestamp).digest("base64");
  return `${unsigned}signature=${createHmac("sha256", key).update(data).digest("base64")}`;
}

/** All customers' invoices of one month of issue. */
export async function v6Invoices(ask: Ask, month: string): Promise<RawInvoice[]> {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const from = queryDay(Date.UTC(year, number - 1, 1 - 7));
  const to = queryDay(Date.UTC(year, number, 7));
  const headers = { accept: "application/json", authorization: `ApiKey ${secrets.v6Key}` };
  const records = (await ask(`/v6/invoices?fromDate=${from}&toDate=${to}`, headers)) as any[];
  return records.filter(({ invoiceDate }) => invoiceDate.startsWith(month)).map(toInvoice);
}

function toInvoice(record: any): RawInvoice {
  const { customerCode, invoiceNo, fileType, invoiceDate, lines, taxAmount, grossEntry } = record;
  const sign = fileType === "C" ? -1 : 1;
  let sum = 0;
  for (const line of lines) sum += cents(amountOf(line.amount) ?? "");
  const tax = cents(amountOf(taxAmount) ?? "");
  return {
    id: idOf("freight", customerCode, fileType, invoiceNo, invoiceDate),
    source: "freight",
    account: customerCode,
    number: invoiceNo,
    type: fileType === "C" ? "CREDIT_MEMO" : fileType === "I" ? "INVOICE" : "UNKNOWN",
    issuedOn: dayOf(invoiceDate),
    dueOn: dayOf(record.dueDate),
    createdAt: null,
    currency: "AUD",
    netAmount: fromCents(sign * (grossEntry === true ? sum - tax : sum)),
    taxAmount: fromCents(sign * tax),
    totalAmount: fromCents(sign * (grossEntry === true ? sum : sum + tax)),
  };
}

const ddapiHeaders = { accept: "application/json", "x-api-key": secrets.ddapiKey };

/** A customer's settings, without what their ids stand for. */
export async function ddapiSettings(ask: Ask, customerNumber: number): Promise<any> {
  const settings = await ask(`/ddapi/api/customers/invoice?customerNumber=${customerNumber}`, ddapiHeaders);
  if (settings.CustomerNumber !== customerNumber) throw new Error("another customer's settings");
  return settings;
}

/** A currency of DDAPI. */
export async function ddapiCurrency(ask: Ask, id: number): Promise<any> {
  const { CurrencyCode: code, Name: name } = await ask(`/ddapi/api/Currencies/${id}`, ddapiHeaders);
  return { code, name };
}

/** Terms of payment by their id. */
export async function ddapiTerms(ask: Ask): Promise<Map<number, any>> {
  const terms = (await ask("/ddapi/api/invoice/termsofpayment", ddapiHeaders)) as any[];
  return new Map(terms.map(({ Id, Name, Days }) => [Id, { name: Name, days: Days }]));
}

function negative(amount: string): string {
  return amount.startsWith("-") ? amount : `-${amount}`;
}

function queryDay(at: number): string {
  const text = new Date(at).toISOString();
  return text.slice(8, 10) + text.slice(5, 7) + text.slice(0, 4);
}

/** The bodies that the measured services are answered with: four kinds of upstream, their shapes typed from the documents. */
import { addDays, addMonths, daysOfMonth, monthOf, todayUtc } from "../../src/model/day.ts";

/** The months that have invoices: the last eleven that are over. */
const months = Array.from({ length: 11 }, (_, ago) => addMonths(monthOf(todayUtc()), -1 - ago));

/** floLIVE's account number `place` with so many invoices; the count is part of the UUID, so that the upstream needs no list of accounts. */
export function floliveAccount(count: number, place: number): string {
  return `${hex(count, 8)}-0000-4000-8000-${hex(place, 12)}`;
}

/** The contract, customer code and customer number of the customer that all four upstreams know. */
export const everywhere = { contract: "C-1BENCH1", customerCode: "001", customerNumber: 4100 };

/** The answer to a path with its query, without the prefix of the kind; null for 404. */
export function bodyOf(kind: string, path: string, query: URLSearchParams): unknown {
  if (kind === "flolive") return floliveBody(path);
  if (kind === "akamai") return akamaiBody(query.get("month") ?? "");
  if (kind === "v6") return v6Body(dayIn(query.get("fromDate")), dayIn(query.get("toDate")), 1);
  // A key that sees some 100,000 invoices a month.
  if (kind === "v6-long") return v6Body(dayIn(query.get("fromDate")), dayIn(query.get("toDate")), perLongDay);
  return ddapiBody(path);
}

function floliveBody(path: string): unknown {
  const [, account = "", list] = /\/customer\/([^/]+)(\/invoices)?$/.exec(path) ?? [];
  const content = list === undefined ? floliveCustomer(account) : floliveInvoices(account);
  const pageable = Array.isArray(content)
    ? { page: 0, size: content.length, totalPages: 1, totalElements: content.length }
    : null;
  return { errorCode: "", errorMessage: "", content, pageable };
}

function floliveCustomer(customerId: string) {
  return {
    customerId,
    status: "ACTIVE",
    type: "BUSINESS",
    name: "Bench",
    currency: "USD",
    vatRegistrationNumber: null,
  };
}

function floliveInvoices(account: string) {
  const count = Number.parseInt(account.slice(0, 8), 16);
  return Array.from({ length: count }, (_, place) => {
    const month = months[place % months.length] as string;
    const { from, to } = daysOfMonth(month);
    const net = 1_000 + ((place * 7_919) % 900_000);
    const tax = Math.round(net * 0.05);
    return {
      id: `${hex(place + 1, 8)}-${account.slice(-4)}-4aaa-8bbb-${hex(place * 31 + 7, 12)}`,
      customerId: account,
      invoiceNumber: String(100_000 + place),
      creationTime: `${addDays(from, place % 28)}T0${place % 10}:12:00.977Z`,
      billingCycleStartDate: `${from}T00:00:00.000Z`,
      billingCycleEndDate: `${to}T23:59:59.977Z`,
      currency: "USD",
      taxAmount: tax / 100,
      netAmount: net / 100,
      totalAmount: (net + tax) / 100,
      dueDate: addDays(to, 15),
    };
  });
}

function akamaiBody(month: string) {
  return Array.from({ length: 12 }, (_, place) => {
    const isCredit = place % 6 === 5;
    const id = 2_200_000_000 + Number(month.replace("-", "")) * 100 + place;
    return {
      accountId: "A-BENCH",
      contractId: everywhere.contract,
      files: ["pdf", "csv"].map((type) => ({
        contentType: type === "pdf" ? "application/pdf" : "text/csv",
        fileCreationDate: `${month}-05`,
        fileLink: `/invoicing-api/v4/contracts/${everywhere.contract}/invoices/${id}/download`,
        fileName: `InvoiceName_A-BENCH_${id}_FINAL_1.${type}`,
        fileVersion: 1,
        sourceType: "REGULAR",
      })),
      invoiceCurrency: place % 2 === 0 ? "USD" : "EUR",
      // Usage of a month is invoiced in the next one.
      invoiceDate: `${addMonths(month, 1)}-0${(place % 9) + 1}`,
      invoiceDueDate: `${addMonths(month, 2)}-10`,
      invoiceId: id,
      invoiceTotal: (isCredit ? -1 : 1) * (1_234.5 + place),
      invoiceType: isCredit ? "CREDIT_MEMO" : "INVOICE",
    };
  });
}

// A month is asked for with seven days before and after it.
const perLongDay = 2_250;

function v6Body(from: string, to: string, perDay: number) {
  const invoices: unknown[] = [];
  for (let place = 0, day = from; day <= to; place++, day = addDays(from, Math.floor(place / perDay))) {
    const isGross = place % 3 === 0;
    invoices.push({
      businessName: "Bench Pty Ltd",
      invoiceDate: day,
      dueDate: addDays(day, 14),
      taxAmount: isGross ? 30 : 33.33,
      fileType: place % 7 === 6 ? "C" : "I",
      customerCode: place % 2 === 0 ? everywhere.customerCode : "002",
      address1: "1 Signal Street",
      lines: [1, 2, 3].map((line) => ({
        amount: isGross ? 110 : 111.1,
        price: isGross ? 55 : 55.55,
        gstAmount: isGross ? 10 : 11.11,
        quantity: 2,
        departmentCode: "0800",
        glCode: `410${line}`,
      })),
      postcode: "7330",
      invoiceNo: `LT${day.replaceAll("-", "")}${perDay === 1 ? "" : place}`,
      ...(isGross && { grossEntry: true }),
      city: "Perth",
    });
  }
  return invoices;
}

function ddapiBody(path: string): unknown {
  if (path.endsWith("/termsofpayment")) {
    return [10, 14, 30, 60].map((days, place) => ({
      Id: place + 1,
      Name: `${days} days`,
      Days: days,
      FreeDeliveryMonth: false,
      DiscountDays: null,
      Discount: null,
    }));
  }
  if (path.includes("/Currencies/"))
    return { Id: 3, Name: "US Dollar", Rate: 9.87, RoundingAmount: 0.01, CurrencyCode: "USD" };
  return {
    CustomerNumber: everywhere.customerNumber,
    RetainsInvoiceType: true,
    CurrencyId: 3,
    TermsOfPaymentId: 3,
    PaysInvoiceFee: true,
    InvoiceTypeId: 3,
    InterestTypeId: 1,
    InvoiceCycleId: null,
    InvoiceRecipientCustomerNumber: null,
    CreditAccountId: null,
    AllowInvoicePaymentFromOrder: false,
    SendInvoiceFromOrderAsEmail: true,
    InvoiceOrderPaymentEmailAddress: "invoices@bench.example",
  };
}

// 01102026 of a query: 2026-10-01.
function dayIn(text: string | null): string {
  return text === null ? "" : `${text.slice(4)}-${text.slice(2, 4)}-${text.slice(0, 2)}`;
}

function hex(number: number, length: number): string {
  return number.toString(16).padStart(length, "0");
}
